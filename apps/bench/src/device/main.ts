/**
 * `npm run -s bench:device -- …`: whether a device computes what the CPU does, and how much faster. Every step checks itself; what was
 * found is written as JSON and as a table. It needs no network: with the installed workspace it runs wherever a device is.
 */
import { type AskedDevice, deviceNames } from '@linchpin/defaults';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process, { stderr, stdout } from 'node:process';
import { openHarness } from '@linchpin/harness';
import { jsonText, makeFolder, writeFileAtomically } from '@linchpin/report';
import { chooseDevice, findDevice, inspectDevices, threadsFor } from '@linchpin/runtime';
import { Command, Option } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { checksFailed, noDeviceToCheck, nothingToCheck } from '../errors.ts';
import { Failures } from '../failures.ts';
import { measure } from '../measure.ts';
import { type ChosenCheckpoint, chooseCheckpoint, findDatasets, sharedTokenizer, temporaryFolder } from '../set-up.ts';
import { shapes } from '../shapes.ts';
import { workloadTasks } from '../workload.ts';
import { type Check, checkLikelihoods, checkRows, markdownOf, type Speed } from './findings.ts';

interface DeviceFlags {
  readonly device: AskedDevice;
  readonly checks: boolean;
  readonly shapes: readonly string[];
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
  .option(
    '--tokenizer <DIR>',
    'tokenizer of the random weights; llama2 of the shared folder when absent',
    sharedTokenizer,
  )
  .option('--items <N>', 'first items of six tasks that are timed', wholeNumber, 20)
  .option('--limit <N>', 'first items of every task that are checked', wholeNumber, 20)
  .option('--threads <N>', 'threads of the CPU; one a physical core when absent', wholeNumber)
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
  const checkpoints = named.map((shape) => chooseCheckpoint({ shape, tokenizer: flags.tokenizer }, temporary));
  const { name, engine, why } = await chooseDevice(flags.device);
  const device = findDevice(name).name;
  if (device === 'cpu') throw noDeviceToCheck(why);
  stderr.write(`${engine}, beside ${cpus()[0]?.model ?? 'unknown processor'}\n`);
  const checks: Check[] = [];
  const speeds: Speed[] = [];
  if (flags.checks) await failures.attempt(async () => void checks.push(...(await checkMini(device))));
  for (const checkpoint of checkpoints)
    await failures.attempt(async () => {
      const timed = await timeCheckpoint(checkpoint, { device, temporary });
      checks.push(timed.check);
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

/** Random weights, whose log-likelihoods are compared item by item. */
async function timeCheckpoint(
  checkpoint: ChosenCheckpoint,
  { device, temporary }: { readonly device: string; readonly temporary: string },
): Promise<{ readonly check: Check; readonly speeds: readonly Speed[] }> {
  const speeds: Speed[] = [];
  await checkpoint.prepare();
  const work = { datasets: findDatasets(undefined), tasks: workloadTasks, items: flags.items };
  const likelihoods = [];
  for (const where of ['cpu', device]) {
    const measured = await measure({
      model: checkpoint.folder,
      work,
      bos: 'always',
      batchTokens: 2048,
      execution: 'float32',
      encodedFolder: join(temporary, 'encoded'),
      threads: threadsFor(flags.threads),
      device: where,
    });
    const { secondsScoring, secondsOpening, cost, matrixFlops, peakMemory, logLikelihoods } = measured;
    likelihoods.push(logLikelihoods);
    speeds.push({
      model: checkpoint.name,
      device: where,
      secondsOpening,
      tokensPerSecond: cost.tokensComputed / secondsScoring,
      gigaflops: matrixFlops / secondsScoring / 1e9,
      peakMemory,
    });
  }
  return { check: checkLikelihoods(checkpoint.name, likelihoods[0]!, likelihoods[1]!), speeds };
}
