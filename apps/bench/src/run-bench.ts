/** A run of the benchmark: planned, measured, printed piece by piece, and at the end what went wrong. */
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { stderr, stdout } from 'node:process';
import { plainSession, threadsFor } from '@linchpin/runtime';
import { writeBaseline } from './baseline/baseline-file.ts';
import { compareRatios } from './baseline/compare-ratios.ts';
import { concludeCheck } from './baseline/conclude-check.ts';
import { type Measured, type Ratios, ratiosOf } from './baseline/ratios.ts';
import type { BenchFlags } from './bench-flags.ts';
import {
  agree,
  describeComparison,
  describeFewerSessions,
  describeMeasured,
  describePeer,
  describeSessions,
} from './describe-results.ts';
import { baselineIncomplete } from './errors.ts';
import type { ExecutionName } from './executions.ts';
import { Failures } from './failures.ts';
import type { PeerResult } from './lm-eval.ts';
import { measure } from './measure.ts';
import { measureWork, type Work } from './measure-work.ts';
import { type BenchPlan, executionsLeftOut, planBench } from './plan-bench.ts';
import { describeProfile, type ProfileSummary, profileSummary, readProfile } from './profile.ts';
import { temporaryFolder } from './set-up.ts';
import { firstResult, secondsOfCommand } from './start-up.ts';

/** Relative difference of a log-likelihood that float32 in another order of summation stays below. */
const mostDifference = 1e-5;

/** Items of each task that are run for a profile. */
const profiledItems = 10;

/** The exit code: 0; 1 where a comparison is not passed, or for a bug; 2 where something failed that can be mended. */
export async function runBench(flags: BenchFlags): Promise<number> {
  const failures = new Failures();
  let passes = true;
  await failures.attempt(async () => {
    const temporary = await temporaryFolder('linchpin-bench-');
    try {
      passes = await new Bench(flags, temporary, failures).run();
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  const code = failures.report();
  return code === 0 && !passes ? 1 : code;
}

class Bench {
  readonly #flags: BenchFlags;
  readonly #temporary: string;
  readonly #failures: Failures;
  readonly #processor = cpus()[0]?.model ?? 'unknown processor';

  constructor(flags: BenchFlags, temporary: string, failures: Failures) {
    this.#flags = flags;
    this.#temporary = temporary;
    this.#failures = failures;
  }

  /** Whether the comparisons are passed. */
  async run(): Promise<boolean> {
    const threads = threadsFor(this.#flags.threads);
    stderr.write(`${plainSession().engine}, ${this.#processor}, ${threads} threads\n`);
    const plan = await planBench(this.#flags, this.#temporary);
    const measured: Measured[] = [];
    let passes = true;
    for (const work of plan.works)
      await this.#failures.attempt(async () => {
        const { measured: results, peer } = await measureWork(work, plan.turns, this.#failures);
        measured.push(...results);
        if (results.length > 0) stdout.write(`${describeMeasured(work.title, results, work.distinct)}\n`);
        if (peer !== undefined && !comparePeer(work, results, peer)) passes = false;
        if (this.#flags.profile && !plan.guards) await this.#failures.attempt(() => this.#profile(work, results));
        await this.#failures.attempt(() => this.#compareSessions(work, results));
      });
    if (!plan.guards) await this.#failures.attempt(timeFirstResult);
    const ratios = ratiosOf(measured);
    await this.#failures.attempt(() => {
      if (!this.#check(plan, ratios)) passes = false;
    });
    if (this.#flags.writeBaseline === true) await this.#failures.attempt(() => this.#writeBaseline(plan, ratios));
    return passes;
  }

  /** Runs of their own, of a few items: a profile costs time and grows with every batch. */
  async #profile({ name, title, options }: Work, results: readonly Measured[]): Promise<void> {
    const summaries = new Map<ExecutionName, ProfileSummary>();
    const work = { ...options.work, items: Math.min(options.work.items, profiledItems) };
    for (const { execution } of results)
      await this.#failures.attempt(async () => {
        const profile = join(this.#temporary, `profile-${name}-${execution}`);
        const { secondsScoring } = await measure({ ...options, work, execution, profile });
        summaries.set(execution, profileSummary(await readProfile(profile), secondsScoring));
      });
    if (summaries.size > 0) stdout.write(`${describeProfile(title, summaries)}\n`);
  }

  async #compareSessions({ title, options }: Work, [first]: readonly Measured[]): Promise<void> {
    const { sessions: asked } = this.#flags;
    const { items } = options.work;
    const sessions = Math.min(asked, items);
    if (sessions < asked) stdout.write(`${describeFewerSessions(title, { asked, items })}\n`);
    if (sessions < 2 || first === undefined) return;
    const several = await measure({ ...options, execution: first.execution }, sessions);
    stdout.write(`${describeSessions(first.measurement, several)}\n`);
  }

  #check({ committed }: BenchPlan, ratios: Ratios): boolean {
    if (committed === undefined) return true;
    const compared = compareRatios(committed.ratios, ratios, executionsLeftOut(this.#flags.execution));
    stdout.write(`${describeComparison(compared)}\n`);
    if (committed.processor !== this.#processor)
      stdout.write(`Committed on ${committed.processor}: ratios of 8 bits depend on the processor.\n`);
    const { lines, passes } = concludeCheck(compared);
    for (const line of lines) stdout.write(`${line}\n`);
    return passes;
  }

  async #writeBaseline({ setUp, ratios: expected }: BenchPlan, ratios: Ratios): Promise<void> {
    const missing = expected.filter((name) => ratios[name] === undefined);
    if (missing.length > 0) throw baselineIncomplete(missing);
    await writeBaseline(setUp, { processor: this.#processor, ratios });
  }
}

/** Whether both have scored the same. */
function comparePeer({ title }: Work, measured: readonly Measured[], peer: PeerResult): boolean {
  stdout.write(`${describePeer(title, measured, peer)}\n`);
  const float32 = measured.find(({ execution }) => execution === 'float32');
  if (float32 === undefined) return true;
  const { largest, missing } = agree(float32.measurement, peer);
  if (missing === 0 && largest <= mostDifference) return true;
  stderr.write('The results are not equal: the times above compare different work.\n');
  return false;
}

async function timeFirstResult(): Promise<void> {
  const seconds = await secondsOfCommand();
  stdout.write(`${seconds.toFixed(2)} s from command to result on the mini model, warm: ${firstResult.join(' ')}\n`);
}
