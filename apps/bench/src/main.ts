/** `pnpm bench`: what scoring costs, as ratios of one run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process, { stderr, stdout } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import { engine, matrixSpeed, threadsFor } from '@linchpin/runtime';
import { readBaseline, writeBaseline } from './baseline/baseline-file.ts';
import { compareRatios } from './baseline/compare-ratios.ts';
import { type Measured, type Ratios, ratiosOf, type WorkName } from './baseline/ratios.ts';
import { parseFlags } from './bench-flags.ts';
import { agree, describeComparison, describeMeasured, describePeer, describeSessions } from './describe-results.ts';
import { runLmEval } from './lm-eval.ts';
import type { ExecutionName } from './executions.ts';
import { measure, type Measurement } from './measure.ts';
import { describeProfile, type ProfileSummary, profileSummary, readProfile } from './profile.ts';
import { densePieces, findCheckpoint, findDatasets, type NamedCheckpoint, shared } from './set-up.ts';
import { type TaskWork, type WorkloadOptions, workloadTasks } from './workload.ts';

/** Relative difference of a log-likelihood that float32 in another order of summation stays below. */
const mostDifference = 1e-5;

/** Items of each task that are run for a profile. */
const profiledItems = 10;

interface Work {
  readonly name: WorkName;
  readonly title: string;
  readonly options: WorkloadOptions & { readonly work: TaskWork };
}

const flags = parseFlags();
/** Whether ratios are compared or committed, for which a short run has to do. */
const guards = flags.check === true || flags.writeBaseline === true;
const rounds = flags.rounds ?? (guards ? 3 : 1);
const processor = cpus()[0]?.model ?? 'unknown processor';
const temporary = await mkdtemp(join(tmpdir(), 'linchpin-bench-'));
try {
  await bench();
} catch (error) {
  if (!isLinchpinError(error)) throw error;
  stderr.write(`${error.message}\n`);
  process.exitCode = 2;
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  stderr.write(`${engine}, ${processor}, ${threadsFor(flags.threads)} threads\n`);
  const items = flags.items ?? (guards ? 20 : 100);
  const checkpoint = await findCheckpoint(flags, temporary);
  const setUp = `${checkpoint.name}, ${items} items, ${flags.windows} windows`;
  const committed = flags.check === true ? await readBaseline(setUp) : undefined;
  const measured: Measured[] = [];
  for (const work of await worksOf(checkpoint, items)) {
    const results = await measureWork(work);
    measured.push(...results);
    stdout.write(`${describeMeasured(work.title, results)}\n`);
    if (flags.profile && !guards) await profileWork(work);
    await compareSessions(work, results[0]!);
    await comparePeer(work, results);
  }
  const ratios = ratiosOf(measured);
  if (committed !== undefined) check(committed, ratios);
  if (flags.writeBaseline === true) await writeBaseline(setUp, { processor, ratios });
}

async function worksOf({ folder: model }: NamedCheckpoint, items: number): Promise<Work[]> {
  const { batchTokens, threads, windows } = flags;
  const datasets = findDatasets(flags.datasets);
  const options = (work: TaskWork): Work['options'] => ({
    model,
    work,
    bos: 'always',
    batchTokens,
    execution: 'float32',
    encodedFolder: join(temporary, 'encoded'),
    ...(threads === undefined ? {} : { threads }),
  });
  const works: Work[] = [];
  if (items > 0)
    works.push({ name: 'tasks', title: 'tasks', options: options({ datasets, tasks: workloadTasks, items }) });
  if (windows > 0) {
    const folder = join(temporary, 'dense');
    const text = await densePieces(model, { datasets, pieces: Math.ceil(windows / 2), folder });
    works.push({ name: 'dense', title: 'running text', options: { ...options(text), bos: 'never' } });
  }
  return works;
}

/** The best of the rounds, in which executions take turns: what disturbs one round disturbs all of them alike. */
async function measureWork({ name, options }: Work): Promise<Measured[]> {
  const best = new Map<ExecutionName, Measurement>();
  let gemm = await matrixSpeed(flags);
  for (let round = 0; round < rounds; round++) {
    for (const execution of flags.execution) {
      const measurement = await measure({ ...options, execution });
      const before = best.get(execution);
      if (before === undefined || measurement.secondsScoring < before.secondsScoring) best.set(execution, measurement);
      gemm = Math.max(gemm, await matrixSpeed(flags));
    }
  }
  return [...best].map(([execution, measurement]) => ({ work: name, execution, measurement, gemm }));
}

/** A run of its own, of a few items: a profile costs time and grows with every batch. */
async function profileWork({ name, title, options }: Work): Promise<void> {
  const summaries = new Map<ExecutionName, ProfileSummary>();
  const work = { ...options.work, items: Math.min(options.work.items, profiledItems) };
  for (const execution of flags.execution) {
    const profile = join(temporary, `profile-${name}-${execution}`);
    const { secondsScoring } = await measure({ ...options, work, execution, profile });
    summaries.set(execution, profileSummary(await readProfile(profile), secondsScoring));
  }
  stdout.write(`${describeProfile(title, summaries)}\n`);
}

async function compareSessions({ options }: Work, { execution, measurement }: Measured): Promise<void> {
  // Every session needs an item of each task.
  const sessions = Math.min(flags.sessions, options.work.items);
  if (sessions < 2) return;
  const several = await measure({ ...options, execution }, sessions);
  stdout.write(`${describeSessions(measurement, several)}\n`);
}

async function comparePeer({ name, title, options }: Work, measured: readonly Measured[]): Promise<void> {
  const { python } = flags;
  if (python === undefined) return;
  const script = flags.peerScript ?? resolve(shared, 'peers/lm_eval_local.py');
  // Its best on two cores; whole windows of text fill a batch by themselves.
  const batch = name === 'tasks' ? 8 : 1;
  const peer = await runLmEval({ ...options, python, script, batch });
  stdout.write(`${describePeer(title, measured, peer)}\n`);
  const float32 = measured.find(({ execution }) => execution === 'float32');
  if (float32 === undefined) return;
  const { largest, missing } = agree(float32.measurement, peer);
  if (missing === 0 && largest <= mostDifference) return;
  stderr.write('The results are not equal: the times above compare different work.\n');
  process.exitCode = 1;
}

function check(committed: Awaited<ReturnType<typeof readBaseline>>, ratios: Ratios): void {
  const compared = compareRatios(committed.ratios, ratios);
  stdout.write(`${describeComparison(compared)}\n`);
  if (committed.processor !== processor)
    stdout.write(`Committed on ${committed.processor}: ratios of 8 bits depend on the processor.\n`);
  const worse = compared.filter(({ verdict }) => verdict === 'worse');
  if (worse.length === 0) return;
  stdout.write(`Worse: ${worse.map(({ name }) => name).join('; ')}.\n`);
  process.exitCode = 1;
}
