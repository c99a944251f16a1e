import type { RunSummary } from '../runs/run-record.ts';

/** How long a run took; null for one that has not ended by itself. */
export function secondsOf({ startedAt, finishedAt }: Pick<RunSummary, 'startedAt' | 'finishedAt'>): number | null {
  return finishedAt === undefined ? null : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** In one line: the run's id, command, status and size. */
export function runInWords(run: RunSummary): string {
  const { id, command, status, partCount, itemCount } = run;
  return `run ${id} (${command.join(' ')}; ${status}; ${itemCount} items in ${partCount} parts)`;
}
