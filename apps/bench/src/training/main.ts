/** `npm run -s bench:train -- …`: what a step of training costs in time and memory, beside torch in the same run. */
import { fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process, { stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { renderTable } from '@linchpin/report';
import { plainSession, threadsFor } from '@linchpin/runtime';
import { writeRandomLlama } from '@linchpin/testing';
import { Command, Option } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { goalsMissed, measurementFailed } from '../errors.ts';
import { Failures } from '../failures.ts';
import { temporaryFolder } from '../set-up.ts';
import { shapes } from '../shapes.ts';
import type { MeasuredSteps, TrainingWork } from './measure-steps.ts';
import { torchSteps } from './torch-steps.ts';
import { type MethodName, methodNames } from './training-methods.ts';
import { goals, type MeasuredRuns, ratiosOf, type RunName } from './training-ratios.ts';

interface TrainFlags {
  readonly shape: string;
  readonly methods: readonly MethodName[];
  readonly rows: number;
  readonly length: number;
  readonly steps: number;
  readonly rounds: number;
  readonly chunks: number;
  readonly threads?: number;
  readonly castWeights: 'once' | 'every-batch';
  readonly recompute: 'half-layers' | 'layers';
  readonly python?: string;
  readonly check?: true;
}

const flags = new Command('bench:train')
  .description('Times steps of training with random weights and tokens, each set-up in a process of its own.')
  .addOption(new Option('--shape <NAME>', 'random LLaMA weights').choices(Object.keys(shapes)).default('134M'))
  .addOption(new Option('--methods <NAME...>', 'what is trained').choices(methodNames).default(methodNames))
  .option('--rows <N>', 'sequences of a batch', wholeNumber, 8)
  .option('--length <N>', 'tokens of a sequence', wholeNumber, 256)
  .option('--steps <N>', 'steps, of which the first is not counted', wholeNumber, 3)
  .option('--rounds <N>', 'rounds in which all take turns; of each the best counts', wholeNumber, 1)
  .option('--chunks <N>', 'pieces of the head and the loss', wholeNumber, 8)
  .option('--threads <N>', 'threads; OMP_NUM_THREADS or one a physical core when absent', wholeNumber)
  .addOption(
    new Option('--cast-weights <WHEN>', 'when half-precision weights become float32')
      .choices(['once', 'every-batch'])
      .default('once'),
  )
  .addOption(
    new Option('--recompute <HOW>', 'from what activations are computed again, where they are')
      .choices(['half-layers', 'layers'])
      .default('half-layers'),
  )
  .option('--python <FILE>', 'a Python that has torch and transformers: takes turns')
  .option('--check', 'fail where a ratio is larger than it should be, or was not measured')
  .parse()
  .opts<TrainFlags>();

const failures = new Failures();
await failures.attempt(async () => {
  const folder = await temporaryFolder('linchpin-bench-train-');
  try {
    await compare(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
process.exitCode = failures.report();

async function compare(folder: string): Promise<void> {
  const threads = threadsFor(flags.threads);
  stderr.write(`${plainSession().engine}, ${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads\n`);
  const model = join(folder, flags.shape);
  await writeRandomLlama(model, shapes[flags.shape]!);
  const runs = new Map<RunName, MeasuredSteps>();
  const turns = turnsOf({ model, folder, threads });
  for (let round = 0; round < flags.rounds; round++)
    for (const [name, take] of turns)
      await failures.attempt(async () => {
        const measured = await take();
        runs.set(name, better(runs.get(name), measured));
        stderr.write(`${name}: ${measured.best.cpuSeconds.toFixed(1)} CPU s, ${mebibytes(measured.peakMemory)}\n`);
      });
  stdout.write(`${describeRuns(runs)}\n${describeRatios(runs)}\n`);
  if (flags.check === true) requireGoals(runs);
}

/** Ours and torch's of a method one behind the other: what disturbs one disturbs the others. */
function turnsOf({
  model,
  folder,
  threads,
}: {
  readonly model: string;
  readonly folder: string;
  readonly threads: number;
}): Map<RunName, () => Promise<MeasuredSteps>> {
  const { rows, length, steps, chunks, castWeights, python } = flags;
  const turns = new Map<RunName, () => Promise<MeasuredSteps>>();
  for (const method of flags.methods) {
    const sizes = { rows, length: length + 1, chunks, steps };
    const work: TrainingWork = { model, method, recompute: false, packs: true, ...sizes, threads, castWeights };
    turns.set(`${method}, kept`, async () => await inProcess(work));
    if (python !== undefined) turns.set(`${method}, torch`, async () => await torchSteps(work, { python, folder }));
    // Where memory is short nothing is packed, either.
    const lean = { ...work, packs: false };
    turns.set(`${method}, recomputed`, async () => await inProcess({ ...lean, recompute: flags.recompute }));
    if (method !== 'full') turns.set(`${method}, not packed`, async () => await inProcess(lean));
  }
  return turns;
}

async function inProcess(work: TrainingWork): Promise<MeasuredSteps> {
  const child = fork(fileURLToPath(new URL('training-process.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(measurementFailed(code)));
    child.once('message', (measured) => resolve(measured as MeasuredSteps));
    child.send(work);
  });
}

/** The least time and memory of both, which need not be of one round. */
function better(before: MeasuredSteps | undefined, now: MeasuredSteps): MeasuredSteps {
  if (before === undefined) return now;
  return {
    ...now,
    best: {
      seconds: Math.min(before.best.seconds, now.best.seconds),
      cpuSeconds: Math.min(before.best.cpuSeconds, now.best.cpuSeconds),
    },
    peakMemory: Math.min(before.peakMemory, now.peakMemory),
  };
}

function describeRuns(runs: MeasuredRuns): string {
  const rows = [...runs].map(([name, { best, peakMemory, estimate, trained, losses }]) => [
    name,
    best.cpuSeconds.toFixed(2),
    best.seconds.toFixed(2),
    mebibytes(peakMemory),
    estimate === undefined ? '' : (peakMemory / estimate).toFixed(2),
    String(trained),
    losses.at(-1)!.toFixed(5),
  ]);
  const columns = ['a step', 'CPU seconds', 'seconds', 'peak memory', 'times the estimate', 'trained', 'last loss'];
  return renderTable({ columns, rows });
}

function describeRatios(runs: MeasuredRuns): string {
  const rows = ratiosOf(runs).map(({ name, value, most, isReached }) => [
    name,
    value.toFixed(2),
    String(most),
    isReached ? '' : 'missed',
  ]);
  return renderTable({ columns: ['ratio', 'now', 'at most', ''], rows });
}

function requireGoals(runs: MeasuredRuns): void {
  const ratios = ratiosOf(runs);
  const measured = new Set(ratios.map(({ name }) => name));
  const missing = goals.map(({ name }) => name).filter((name) => !measured.has(name));
  const missed = ratios.filter(({ isReached }) => !isReached).map(({ name }) => name);
  if (missing.length > 0 || missed.length > 0) throw goalsMissed(missed, missing);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
