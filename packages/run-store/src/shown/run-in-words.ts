import type { ImportedRun } from '../runs/run-log.ts';
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

/** What became of a run that was taken in, and what is wrong with its batches; that is undefined where nothing is. */
export function importInWords({ run, isNew, batches }: ImportedRun): {
  readonly words: string;
  readonly problem: string | undefined;
} {
  const { added, close, damaged, contradictions } = batches;
  const words = [
    `${runInWords(run)}${isNew ? '' : ', which the store had already'}`,
    ...(added === 0 ? [] : [`with ${added} batches that the store did not have`]),
    ...(close === 0 ? [] : [`with ${close} batches whose last digits differ from the store's`]),
  ];
  const problems = [
    ...(contradictions.length === 0
      ? []
      : [`${contradictions.length} batches contradict those of the store; neither is kept`]),
    ...(damaged === 0 ? [] : [`${damaged} batches do not have the checksum that they were written with: left out`]),
  ];
  return { words: words.join(', '), problem: problems.length === 0 ? undefined : problems.join('; ') };
}
