/** Watches the shards of a plan until all are done, and submits those again that ended before. */
import { setTimeout as wait } from 'node:timers/promises';
import { Interrupted } from '@linchpin/execution';
import { secondsOf } from '../plan/cost.ts';
import type { Plan } from '../plan/plan.ts';
import { readStatuses, type ShardStatus } from '../work/exchange.ts';
import { handOver, type HandedOver } from './hand-over.ts';
import { progressInWords, wholeProgress } from './progress.ts';
import { submission, type SubmissionOptions } from './submission.ts';

export interface WatchOptions {
  readonly options: SubmissionOptions;
  /** What was handed over; nothing is submitted again where only somebody else's job is watched. */
  readonly job: HandedOver | undefined;
  /** How often a shard is submitted again; Kubernetes starts its own again, as often as the manifest says. */
  readonly retries: number;
  /** Between two looks. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Writes the job file of the shards that are submitted again. */
  readonly writeJob: (text: string) => Promise<void>;
}

/** Gives the shards that have not come to their end, however often they were submitted. */
export async function watchShards(plan: Plan, watch: WatchOptions): Promise<number[]> {
  const { options, seconds, signal, say } = watch;
  const { shards, out, engine } = options;
  const retries = engine === 'kubernetes' ? 0 : watch.retries;
  const cost = plan.cells.reduce((sum, cell) => sum + secondsOf(plan, cell), 0);
  const tries = new Map<number, number>();
  const givenUp = new Set<number>();
  /** By shard the job that it was submitted with last. */
  const jobs = new Map(
    allOf(shards).flatMap((index) => (watch.job === undefined ? [] : [[index, watch.job] as const])),
  );
  let said = '';
  for (;;) {
    // Asked before the last words are read: what has ended by now has said so.
    const gone = new Set(goneOf(jobs));
    const last = readStatuses(out, plan.id).filter(({ of }) => of === shards);
    const line = progressInWords(wholeProgress(last, shards, cost));
    if (line !== said) say(line);
    said = line;
    const statuses = new Map(last.map((status) => [status.index, status]));
    const open = allOf(shards).filter((index) => statuses.get(index)?.state !== 'done');
    if (open.length === 0) return [];
    const ended = open.filter((index) => gone.has(index) && !givenUp.has(index));
    const again = ended.filter((index) => (tries.get(index) ?? 0) < retries);
    for (const index of ended) {
      const isAgain = again.includes(index);
      say(
        `shard ${index} has ended early (${reasonOf(statuses.get(index))})${isAgain ? ' and is submitted again' : ''}`,
      );
      if (!isAgain) givenUp.add(index);
    }
    if (again.length > 0) {
      const made = submission(plan, { ...options, indices: again });
      await watch.writeJob(made.text);
      const job = handOver(made, out);
      for (const index of again) {
        tries.set(index, (tries.get(index) ?? 0) + 1);
        jobs.set(index, job);
      }
    } else if (open.every((index) => givenUp.has(index))) {
      return open;
    }
    try {
      await wait(seconds * 1000, undefined, { signal });
    } catch (cause) {
      for (const job of jobs.values()) job.leave();
      throw new Interrupted(goesOn, { cause });
    }
  }
}

/** What is said when whoever waits for shards is interrupted. */
export const goesOn = 'the work goes on; `linchpin submit` with --watch and without --run shows how far it is';

export function allOf(shards: number): number[] {
  return Array.from({ length: shards }, (_, at) => at + 1);
}

function goneOf(jobs: ReadonlyMap<number, HandedOver>): number[] {
  const byJob = Map.groupBy(jobs, ([, job]) => job);
  return [...byJob].flatMap(([job, shards]) => job.gone(shards.map(([index]) => index)));
}

function reasonOf(status: ShardStatus | undefined): string {
  if (status === undefined) return 'it never began';
  return status.error ?? (status.state === 'interrupted' ? 'it was interrupted' : 'it was killed');
}
