/**
 * `npm run -s bench:device -- …`: whether a device computes what the CPU does, and how much faster. Every step checks itself; what was
 * found is written as JSON and as a table. It needs no network: with the installed workspace it runs wherever a device is.
 */
import { type AskedDevice, deviceNames, productTypes } from '@linchpin/defaults';
import type { ProductType } from '@linchpin/plugin-api';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process, { stderr, stdout } from 'node:process';
import { openHarness } from '@linchpin/harness';
import { jsonText, makeFolder, writeFileAtomically } from '@linchpin/report';
import { chooseDevice, findDevice, inspectDevices, threadsFor } from '@linchpin/runtime';
import { Command, Option } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { checksFailed, noDeviceToCheck, nothingToCheck, onlyOfShapes } from '../errors.ts';
import { Failures } from '../failures.ts';
import { measure } from '../measure.ts';
import { type ChosenCheckpoint, chooseCheckpoint, findDatasets, sharedTokenizer, temporaryFolder } from '../set-up.ts';
import { shapes } from '../shapes.ts';
import { type WorkloadOptions, workloadTasks } from '../workload.ts';
import { requirePython } from '../probe-python.ts';
import { type Check, checkLikelihoods, checkRows, markdownOf, type Speed } from './findings.ts';
import { torchScores } from './torch-scores.ts';

interface DeviceFlags {
  readonly device: AskedDevice;
  readonly checks: boolean;
  readonly shapes: readonly string[];
  readonly dtypes?: readonly ProductType[];
  readonly python?: string;
  readonly tokenizer: string;
  readonly items: number;
  readonly limit: number;
  readonly threads?: number;
  readonly out: string;
}

const flags = new Command('bench:device')
  .description('Checks a device against the CPU, and times both.')
  .addOption(
    new Option('--device <NAME>', 'auto is the first that is there').choices(['auto', ...deviceNames]).default('auto'),
  )
  .option('--no-checks', 'no tasks of the embedded model: shapes alone')
  .addOption(
    new Option('--shapes <NAME...>', 'random LLaMA weights that are timed; none for the checks alone')
      .choices(['none', ...Object.keys(shapes)])
      .default(['134M', '1.1B']),
  )
  .addOption(
    new Option(
      '--dtypes <TYPE...>',
      'what the device computes products of the shapes in; float32, and float16 where it has kernels for it, when absent',
    ).choices(productTypes),
  )
  .option('--python <FILE>', 'Python with torch and transformers, which score the same in the last of the types')
  .option(
    '--tokenizer <DIR>',
    'tokenizer of the random weights; llama2 of the shared folder when absent',
    sharedTokenizer,
  )
  .option('--items <N>', 'first items of six tasks that are timed', wholeNumber, 20)
  .option('--limit <N>', 'first items of every task that are checked', wholeNumber, 20)
  .option('--threads <N>', 'threads of the CPU; OMP_NUM_THREADS or one a physical core when absent', wholeNumber)
  .option('--out <DIR>', 'folder of device.json and device.md', 'results')
  .parse()
  .opts<DeviceFlags>();

const failures = new Failures();

await failures.attempt(async () => {
  const temporary = await temporaryFolder('linchpin-bench-device-');
  try {
    await checkDevice(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
});
process.exitCode = failures.report();

/** What can be known beforehand is refused before anything is computed; what fails later is said beside what was found. */
async function checkDevice(temporary: string): Promise<void> {
  const named = flags.shapes.filter((each) => each !== 'none');
  if (!flags.checks && named.length === 0) throw nothingToCheck();
  const ofShapes = (['dtypes', 'python'] as const).find((flag) => flags[flag] !== undefined);
  if (ofShapes !== undefined && named.length === 0) throw onlyOfShapes(ofShapes);
  const checkpoints = named.map((shape) => chooseCheckpoint({ shape, tokenizer: flags.tokenizer }, temporary));
  const { name, engine, why } = await chooseDevice(flags.device);
  const device = findDevice(name).name;
  if (device === 'cpu') throw noDeviceToCheck(why);
  const dtypes = await typesOf(name);
  if (flags.python !== undefined) await requirePython(flags.python, { torch: '2.0', transformers: '4.56' });
  stderr.write(`${engine}, beside ${cpus()[0]?.model ?? 'unknown processor'}\n`);
  const checks: Check[] = [];
  const speeds: Speed[] = [];
  if (flags.checks) await failures.attempt(async () => void checks.push(...(await checkMini(device))));
  for (const checkpoint of checkpoints)
    await failures.attempt(async () => {
      const timed = await timeCheckpoint(checkpoint, { device, dtypes, temporary });
      checks.push(...timed.checks);
      speeds.push(...timed.speeds);
    });
  const found = { engine, processor: cpus()[0]?.model ?? 'unknown', devices: await inspectDevices(), checks, speeds };
  const page = markdownOf(found);
  await makeFolder(flags.out);
  await writeFileAtomically(join(flags.out, 'device.json'), jsonText(found));
  await writeFileAtomically(join(flags.out, 'device.md'), page);
  stdout.write(page);
  const wrong = checks.filter(({ isPassed }) => !isPassed);
  if (wrong.length > 0) throw checksFailed(wrong.map(({ what }) => what));
}

/** What products are computed in: what is asked for, or else float32, and float16 where the device has it and the adapter computes it. */
async function typesOf(device: string): Promise<readonly ProductType[]> {
  for (const dtype of flags.dtypes ?? []) await chooseDevice(device, dtype);
  if (flags.dtypes !== undefined) return flags.dtypes;
  if (!findDevice(device).products.includes('float16')) return ['float32'];
  try {
    await chooseDevice(device, 'float16');
    return ['float32', 'float16'];
  } catch (error) {
    stderr.write(`without float16: ${(error as Error).message}\n`);
    return ['float32'];
  }
}

/** The embedded model on the tasks of Table 1, whole and without its super weight: equal counts, and numbers within rounding. */
async function checkMini(device: AskedDevice): Promise<Check[]> {
  const rows = [];
  for (const where of ['cpu' as const, device]) {
    await using harness = await openHarness({ device: where, threads: threadsFor(flags.threads) });
    const model = await harness.open('mini');
    const what = { tasks: [...workloadTasks, 'arc_challenge'], limit: flags.limit };
    const { rows: original } = await harness.evaluate(model, what);
    const { rows: pruned } = await harness.evaluate(model, { ...what, interventions: ['prune-super-weight'] });
    rows.push([...original, ...pruned]);
  }
  return checkRows(rows[0]!, rows[1]!);
}

interface Timing {
  readonly device: string;
  readonly dtypes: readonly ProductType[];
  readonly temporary: string;
}

/** Random weights, whose log-likelihoods are compared item by item with the CPU's in float32. */
async function timeCheckpoint(
  checkpoint: ChosenCheckpoint,
  { device, dtypes, temporary }: Timing,
): Promise<{ readonly checks: readonly Check[]; readonly speeds: readonly Speed[] }> {
  await checkpoint.prepare();
  const { name, folder: model } = checkpoint;
  const work = { datasets: findDatasets(undefined), tasks: workloadTasks, items: flags.items };
  const options = {
    model,
    work,
    bos: 'always',
    batchTokens: 2048,
    execution: 'float32',
    encodedFolder: join(temporary, 'encoded'),
    threads: threadsFor(flags.threads),
  } satisfies WorkloadOptions;
  const checks: Check[] = [];
  const speeds: Speed[] = [];
  let expected: ReadonlyMap<string, number> | undefined;
  for (const [where, dtype] of [['cpu', 'float32'] as const, ...dtypes.map((each) => [device, each] as const)]) {
    const measured = await measure({ ...options, device: where, dtype });
    const { secondsScoring, secondsOpening, cost, matrixFlops, peakMemory, logLikelihoods } = measured;
    if (expected !== undefined) checks.push(checkLikelihoods({ model: name, dtype }, expected, logLikelihoods));
    expected ??= logLikelihoods;
    const [tokensPerSecond, gigaflops] = [cost.tokensComputed / secondsScoring, matrixFlops / secondsScoring / 1e9];
    const times = { secondsOpening, secondsScoring, tokensPerSecond, gigaflops };
    speeds.push({ model: name, device: where, dtype, ...times, peakMemory });
  }
  if (flags.python !== undefined) {
    const dtype = dtypes.at(-1) ?? 'float32';
    const {
      device: torch,
      logLikelihoods,
      ...scored
    } = await torchScores({ ...options, dtype }, { python: flags.python, folder: temporary });
    checks.push(checkLikelihoods({ model: `${name} by ${torch}`, dtype }, expected!, logLikelihoods));
    speeds.push({ model: name, device: torch, dtype, ...scored });
  }
  return { checks, speeds };
}
