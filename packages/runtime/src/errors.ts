import process from 'node:process';
import { LinchpinError, nearestNames } from '@linchpin/errors';

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
    subject: name,
    found: 'a name that no device has',
    expected: `one of ${known.join(', ')}`,
    action: 'Choose a device that sessions can be opened on.',
  });
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
