/** How far all shards of a plan are, from what each has said last. */
import { durationInWords } from '../plan/cost.ts';
import type { ShardStatus } from '../work/exchange.ts';

export interface WholeProgress {
  readonly done: number;
  readonly working: number;
  /** Shards whose last word was that they failed or were interrupted. */
  readonly failed: readonly ShardStatus[];
  /** Shards of which nothing was heard. */
  readonly silent: readonly number[];
  /** Of what the plan says it costs. */
  readonly share: number;
  /** Until the last shard is done, at the speed that each has shown; null where none has. */
  readonly remainingSeconds: number | null;
}

/** `seconds` is what all shards cost by the plan. */
export function wholeProgress(statuses: readonly ShardStatus[], shards: number, seconds: number): WholeProgress {
  const own = statuses.filter(({ of }) => of === shards);
  const doneSeconds = own.reduce((sum, status) => sum + status.doneSeconds, 0);
  const open = own.filter(({ state }) => state === 'working');
  const remaining = open.flatMap((status) => remainingOf(status) ?? []);
  return {
    done: own.filter(({ state }) => state === 'done').length,
    working: open.length,
    failed: own.filter(({ state }) => state === 'failed' || state === 'interrupted'),
    silent: Array.from({ length: shards }, (_, index) => index + 1).filter(
      (index) => !own.some((status) => status.index === index),
    ),
    share: seconds === 0 ? 1 : Math.min(1, doneSeconds / seconds),
    remainingSeconds: remaining.length === 0 ? null : Math.max(...remaining),
  };
}

function remainingOf({ seconds, doneSeconds, ownSeconds, elapsed }: ShardStatus): number | undefined {
  return ownSeconds === 0 ? undefined : ((seconds - doneSeconds) * elapsed) / ownSeconds;
}

/** One line. */
export function progressInWords({ done, working, failed, silent, share, remainingSeconds }: WholeProgress): string {
  const rest = remainingSeconds === null ? '' : `, about ${durationInWords(remainingSeconds)} left`;
  const others = [
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
    ...(silent.length === 0 ? [] : [`${silent.length} not begun`]),
  ];
  return [`${(100 * share).toFixed(0)} %: ${done} shards done`, `${working} at work`, ...others].join(', ') + rest;
}
