import type { RecordedRun } from '@linchpin/plugin-api';

/** What a run says of itself, besides its id and its status. */
export type RunRecord = Pick<RecordedRun, 'command' | 'startedAt' | 'finishedAt' | 'environment'>;

/** A run without its parts. */
export interface RunSummary extends Omit<RecordedRun, 'parts'> {
  readonly partCount: number;
  /** Over all parts. */
  readonly itemCount: number;
}

/** Where a part lies: parts of a run are numbered from 0. */
export interface PartPlace {
  readonly run: string;
  readonly part: number;
}
