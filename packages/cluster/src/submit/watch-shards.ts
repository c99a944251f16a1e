/** Watches the shards of a plan until all are done, and submits those again that ended before. */
import { setTimeout as wait } from 'node:timers/promises';
import { secondsOf } from '../plan/cost.ts';
import type { Plan } from '../plan/plan.ts';
import { readStatuses } from '../work/exchange.ts';
import { handOver, type HandedOver } from './hand-over.ts';
import { progressInWords, wholeProgress } from './progress.ts';
import { submission, type SubmissionOptions } from './submission.ts';

export interface WatchOptions {
  readonly options: SubmissionOptions;
  /** What was handed over; nothing is submitted again where only somebody else's job is watched. */
  readonly job: HandedOver | undefined;
  /** How often a shard is submitted again. */
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
  const { options, retries, seconds, signal, say } = watch;
  const { shards, out } = options;
  const cost = plan.cells.reduce((sum, cell) => sum + secondsOf(plan, cell), 0);
  const tries = new Map<number, number>();
  let { job } = watch;
  let said = '';
  for (;;) {
    const last = readStatuses(out, plan.id).filter(({ of }) => of === shards);
    const line = progressInWords(wholeProgress(last, shards, cost));
    if (line !== said) say(line);
    said = line;
    const statuses = new Map(last.map((status) => [status.index, status]));
    const open = Array.from({ length: shards }, (_, at) => at + 1).filter(
      (index) => statuses.get(index)?.state !== 'done',
    );
    if (open.length === 0) return [];
    const gone = job === undefined ? [] : open.filter((index) => job?.isAlive(index) === false);
    const again = gone.filter((index) => (tries.get(index) ?? 0) < retries);
    for (const index of gone) {
      const status = statuses.get(index);
      const reason =
        status?.error ??
        (status === undefined
          ? 'it never began'
          : status.state === 'interrupted'
            ? 'it was interrupted'
            : 'it was killed');
      say(`shard ${index} has ended early (${reason})${again.includes(index) ? ' and is submitted again' : ''}`);
    }
    if (again.length > 0) {
      for (const index of again) tries.set(index, (tries.get(index) ?? 0) + 1);
      const made = submission(plan, { ...options, indices: again });
      await watch.writeJob(made.text);
      job = joined(handOver(made, out), again, job);
    } else if (gone.length === open.length) {
      return open;
    }
    await wait(seconds * 1000, undefined, { signal });
  }
}

/** Of some shards the later job, of the others the one before. */
function joined(later: HandedOver, indices: readonly number[], before: HandedOver | undefined): HandedOver {
  return {
    id: later.id,
    ended: Promise.all([later.ended, before?.ended]).then(() => {}),
    isAlive: (index) => (indices.includes(index) || before === undefined ? later : before).isAlive(index),
  };
}
