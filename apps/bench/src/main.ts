/** `pnpm bench`: what scoring costs, as ratios of one run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process, { stderr, stdout } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import { engine, threadsFor } from '@linchpin/runtime';
import { type Baseline, readBaseline, writeBaseline } from './baseline/baseline-file.ts';
import { compareRatios } from './baseline/compare-ratios.ts';
import { concludeCheck } from './baseline/conclude-check.ts';
import { type Measured, type Ratios, ratiosOf } from './baseline/ratios.ts';
import { parseFlags } from './bench-flags.ts';
import {
  agree,
  describeComparison,
  describeFewerSessions,
  describeMeasured,
  describePeer,
  describeSessions,
} from './describe-results.ts';
import { nothingToMeasure } from './errors.ts';
import { type ExecutionName, executionNames } from './executions.ts';
import type { PeerResult } from './lm-eval.ts';
import { measure, threadsOfSession } from './measure.ts';
import { measureWork, type Work } from './measure-work.ts';
import { describeProfile, type ProfileSummary, profileSummary, readProfile } from './profile.ts';
import { densePieces, findCheckpoint, findDatasets, type NamedCheckpoint, shared } from './set-up.ts';
import { firstResult, secondsOfCommand } from './start-up.ts';
import { type TaskWork, workloadTasks } from './workload.ts';

/** Relative difference of a log-likelihood that float32 in another order of summation stays below. */
const mostDifference = 1e-5;

/** Items of each task that are run for a profile. */
const profiledItems = 10;

const flags = parseFlags();
/** Whether ratios are compared or committed, for which a short run has to do. */
const guards = flags.check === true || flags.writeBaseline === true;
const peerScript = flags.peerScript ?? resolve(shared, 'peers/lm_eval_local.py');
const turns = {
  rounds: flags.rounds ?? (guards ? 3 : 1),
  executions: flags.execution,
  ...(flags.python === undefined ? {} : { peer: { python: flags.python, script: peerScript } }),
};
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
  if (items === 0 && flags.windows === 0) throw nothingToMeasure();
  // Refused before anything is measured.
  threadsOfSession(threadsFor(flags.threads), flags.sessions);
  const checkpoint = await findCheckpoint(flags, temporary);
  const setUp = `${checkpoint.name}, ${items} items, ${flags.windows} windows`;
  const committed = flags.check === true ? await readBaseline(setUp) : undefined;
  const measured: Measured[] = [];
  for (const work of await worksOf(checkpoint, items)) {
    const { measured: results, peer } = await measureWork(work, turns);
    measured.push(...results);
    stdout.write(`${describeMeasured(work.title, results)}\n`);
    if (flags.profile && !guards) await profileWork(work);
    await compareSessions(work, results[0]!);
    if (peer !== undefined) comparePeer(work, results, peer);
  }
  if (!guards) await timeFirstResult();
  const ratios = ratiosOf(measured);
  if (committed !== undefined) check(committed, ratios);
  if (flags.writeBaseline === true) await writeBaseline(setUp, { processor, ratios });
}

async function worksOf({ folder: model }: NamedCheckpoint, items: number): Promise<Work[]> {
  const { batchTokens, threads, castWeights, windows } = flags;
  const datasets = findDatasets(flags.datasets);
  const options = (work: TaskWork): Work['options'] => ({
    model,
    work,
    bos: 'always',
    batchTokens,
    execution: 'float32',
    encodedFolder: join(temporary, 'encoded'),
    ...(threads === undefined ? {} : { threads }),
    ...(castWeights === undefined ? {} : { castWeights }),
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

async function compareSessions({ title, options }: Work, { execution, measurement }: Measured): Promise<void> {
  const { items } = options.work;
  const sessions = Math.min(flags.sessions, items);
  if (sessions < flags.sessions) stdout.write(`${describeFewerSessions(title, { asked: flags.sessions, items })}\n`);
  if (sessions < 2) return;
  const several = await measure({ ...options, execution }, sessions);
  stdout.write(`${describeSessions(measurement, several)}\n`);
}

function comparePeer({ title }: Work, measured: readonly Measured[], peer: PeerResult): void {
  stdout.write(`${describePeer(title, measured, peer)}\n`);
  const float32 = measured.find(({ execution }) => execution === 'float32');
  if (float32 === undefined) return;
  const { largest, missing } = agree(float32.measurement, peer);
  if (missing === 0 && largest <= mostDifference) return;
  stderr.write('The results are not equal: the times above compare different work.\n');
  process.exitCode = 1;
}

async function timeFirstResult(): Promise<void> {
  const seconds = await secondsOfCommand();
  stdout.write(`${seconds.toFixed(2)} s from command to result on the mini model, warm: ${firstResult.join(' ')}\n`);
}

function check(committed: Baseline, ratios: Ratios): void {
  const leftOut = executionNames.filter((name) => !flags.execution.includes(name));
  const compared = compareRatios(committed.ratios, ratios, leftOut);
  stdout.write(`${describeComparison(compared)}\n`);
  if (committed.processor !== processor)
    stdout.write(`Committed on ${committed.processor}: ratios of 8 bits depend on the processor.\n`);
  const { lines, passes } = concludeCheck(compared);
  for (const line of lines) stdout.write(`${line}\n`);
  if (!passes) process.exitCode = 1;
}
