import process from 'node:process';
import { isLinchpinError, LinchpinError, nearestNames } from '@linchpin/errors';
import type { PackedBatch, ProductType } from '@linchpin/plugin-api';
import type { Device } from './device.ts';
import type { Accelerator } from './devices/accelerator.ts';

/** npm has left onnxruntime-node out. */
export function onnxruntimeMissing(command: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'runtime/onnxruntime-missing',
    subject: 'onnxruntime-node',
    found: 'not installed: npm leaves it out where its install script, which fetches CUDA libraries, fails',
    expected: 'onnxruntime-node beside @linchpin/runtime; the script is not needed',
    action: `Run: ${command}`,
    cause,
  });
}

/** onnxruntime-node is there, and its library cannot be loaded. */
export function onnxruntimeNotLoaded(cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'runtime/onnxruntime-not-loaded',
    subject: `onnxruntime-node on ${process.platform} ${process.arch}`,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a library for this machine: Linux x64 or arm64 with glibc, macOS arm64, Windows x64',
    action: 'Use such a machine.',
    cause,
  });
}

/** `OMP_NUM_THREADS` says no number of threads. */
export function badThreads(said: string): LinchpinError {
  return new LinchpinError({
    code: 'runtime/bad-threads',
    subject: 'OMP_NUM_THREADS',
    found: JSON.stringify(said),
    expected: 'a positive integer, or a list of them by commas',
    action: 'Correct the variable, or remove it: computations take one thread a physical core then.',
  });
}

/** onnxruntime refused the model or a batch. */
export function sessionFailed(what: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'runtime/session-failed',
    subject: 'onnxruntime',
    found: `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    expected: 'a graph and a batch that fit in memory',
    action:
      'Lower --batch-tokens, or cast the weights in every batch, if memory ran out; otherwise report this as a bug.',
    cause,
  });
}

/** A batch that was not run, for a reason that is already said or that onnxruntime gives. */
export function runFailed(what: string, cause: unknown): LinchpinError {
  return isLinchpinError(cause) ? cause : sessionFailed(what, cause);
}

/** The same of a packed batch. */
export function batchFailed(
  { rows, rowLength }: Pick<PackedBatch, 'rows' | 'rowLength'>,
  cause: unknown,
): LinchpinError {
  return runFailed(`a batch of ${rows} × ${rowLength} tokens could not be run`, cause);
}

/** onnxruntime was asked for the profile of a run and left none that can be read. */
export function placementUnknown(folder: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'runtime/placement-unknown',
    subject: folder,
    found: `no profile that can be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    expected: 'the profile that onnxruntime writes of the first run, which says what was computed where',
    action: 'Free space in the folder of temporary files, or do not ask which nodes are left to the CPU.',
    cause,
  });
}

/** A run-time number that the graph does not have. */
export function unknownParameter(name: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(name, known);
  return new LinchpinError({
    code: 'runtime/unknown-parameter',
    subject: name,
    found: 'a name that no run-time number of the graph has',
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.length} names`,
    action: 'Set a parameter that an intervention of this model made.',
  });
}

/** A device that there is not. */
export function unknownDevice(name: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'runtime/unknown-device',
    subject: 'device',
    found: `${JSON.stringify(name)}, which is the name of none`,
    expected: `one of ${known.join(', ')}`,
    action: 'Choose a device that sessions can be opened on.',
  });
}

/** A device that onnxruntime-node does not have on this system. */
export function deviceNotThere({ name, needs }: Pick<Accelerator, 'name' | 'needs'>, found: string): LinchpinError {
  return new LinchpinError({
    code: 'runtime/device-not-there',
    subject: `device ${name}`,
    found: `onnxruntime-node for ${found}, which has none`,
    expected: `one of ${needs.platforms.join(', ')}`,
    action: 'Choose another --device; `linchpin doctor` says which are there.',
  });
}

/** A device on which no session can be opened. */
export function deviceNotOpened(
  { name, needs }: Pick<Accelerator, 'name' | 'needs'>,
  found: string,
  { dtype = 'float32', cause }: { readonly dtype?: ProductType; readonly cause?: unknown } = {},
): LinchpinError {
  const isHalf = dtype !== 'float32';
  return new LinchpinError({
    code: 'runtime/device-not-opened',
    subject: `device ${name}`,
    found,
    expected: `a device on which a session opens and computes${isHalf ? ` in ${dtype}` : ''}`,
    action: `${isHalf ? 'Choose --dtype float32.' : needs.setUp} Or choose another --device; \`linchpin doctor\` says which are there.`,
    cause,
  });
}

/** A device that was there when the work began. */
export function deviceLost(name: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'runtime/device-lost',
    subject: `device ${name}`,
    found: `lost in the middle of the work: ${cause instanceof Error ? cause.message.trim() : String(cause)}`,
    expected: 'a device that stays until the work is done',
    action:
      'Run the same command again: what the store remembers is not computed again. If it ends so again, lower --batch-tokens, or choose another --device.',
    cause,
  });
}

/** A device that cannot do what is asked for. */
export function deviceCannot(name: string, found: string, action: string): LinchpinError {
  return new LinchpinError({
    code: 'runtime/device-cannot',
    subject: `device ${name}`,
    found,
    expected: 'what this device computes',
    action,
  });
}

/** Products in a type that a device has no kernels for. */
export function productsElsewhere({ name, products }: Pick<Device, 'name' | 'products'>, dtype: string): LinchpinError {
  return deviceCannot(
    name,
    `products in ${dtype}, for which it has no kernels of its own`,
    `Choose --dtype ${products.join(' or ')}, or another --device.`,
  );
}

/** Products in a type that no device has which `auto` may take. */
export function productsNowhere(dtype: string, why: string): LinchpinError {
  return deviceCannot(
    'auto',
    `none with products in ${dtype} (${why})`,
    'Choose --dtype float32; `linchpin doctor` says what the devices lack.',
  );
}

/** 8-bit products that this processor does not compute exactly. */
export function inexactIntegers(found: number, expected: number): LinchpinError {
  return new LinchpinError({
    code: 'runtime/inexact-integers',
    subject: '8-bit matrix products on this processor',
    found: `a sum of ${found}`,
    expected: `${expected}: the kernel saturates in 16 bits`,
    action:
      'Choose another execution: "execution": "simulated" among the options of the intervention, or --execution float32.',
  });
}

/** 8-bit products on a device of which no exact kernel is known. */
export function integersElsewhere(device: string): LinchpinError {
  return deviceCannot(
    device,
    'products of 8-bit integers',
    'Choose another execution: "execution": "simulated" among the options of the intervention, or --execution float32.',
  );
}

/** A device on which gradients are not computed. */
export function gradientsElsewhere(device: string): LinchpinError {
  return deviceCannot(device, 'a training, whose graphs are laid for the CPU alone', 'Train with --device cpu.');
}

/** More stages than a model has layers. */
export function tooManyStages(stages: number, layers: number): LinchpinError {
  return new LinchpinError({
    code: 'runtime/too-many-stages',
    subject: 'stages',
    found: `${stages}`,
    expected: `at most ${layers}, for a stage has at least one layer`,
    action: 'Give fewer stages.',
  });
}

/** What needs all layers in one session. */
export function notByStages(what: string, stages: number | 'auto'): LinchpinError {
  return new LinchpinError({
    code: 'runtime/not-by-stages',
    subject: 'stages',
    found: `${stages}, for ${what}`,
    expected: 'none: only what scores whole batches, one model at a time, runs by stages of layers',
    action: 'Leave the stages out, on a device that has memory for the whole model.',
  });
}

/** A number of stages that cannot be chosen by itself. */
export function memoryUnknown(device: string): LinchpinError {
  return new LinchpinError({
    code: 'runtime/memory-unknown',
    subject: 'stages',
    found: `auto, on device ${device}, of whose memory nothing is known`,
    expected: 'a number of stages',
    action: 'Give the number; each stage holds about that part of the weights.',
  });
}

/** Weights that a device has no memory for, in bytes; `enough` is how many stages would do. */
export function tooLargeForDevice(
  device: string,
  { weights, most, enough }: { readonly weights: number; readonly most: number; readonly enough: number | undefined },
): LinchpinError {
  return new LinchpinError({
    code: 'runtime/too-large-for-device',
    subject: `device ${device}`,
    found: `${gibibytes(weights)} of weights in one session`,
    expected: `at most ${gibibytes(most)}: the rest of its memory is for what is computed`,
    action:
      enough === undefined
        ? 'Choose another --device: no number of stages would do.'
        : `Give --stages ${enough}, which is enough, or choose another --device.`,
  });
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
