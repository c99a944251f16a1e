/** A run by what a user calls it, read part by part: from a store, or from the file that it was exported to. */
import { statSync } from 'node:fs';
import type { RecordedPart, RecordedRun, ResultRow } from '@linchpin/plugin-api';
import { readRunFile } from '../runs/run-file.ts';
import type { RunLog } from '../runs/run-log.ts';
import type { RunSummary } from '../runs/run-record.ts';

export interface OpenedRun {
  readonly run: RunSummary;
  /** The rows of every part. */
  rows(): Iterable<readonly ResultRow[]>;
  /** The parts whose rows are wanted. */
  parts(isWanted: (rows: readonly ResultRow[]) => boolean): Iterable<RecordedPart>;
  /** All of it; that of full data sets is large. */
  read(): RecordedRun;
}

/**
 * The run of a file, where the name is that of a file that was exported; else the run of a log by its id, by a beginning
 * of it that no other run has, or by `latest`. The log is asked for only then: a file can be read where there is no store.
 */
export async function openRun(name: string, openLog: () => RunLog | Promise<RunLog>): Promise<OpenedRun> {
  return statSync(name, { throwIfNoEntry: false })?.isFile() === true ? ofFile(name) : ofLog(name, await openLog());
}

function ofLog(name: string, log: RunLog): OpenedRun {
  const run = log.find(name);
  return {
    run,
    rows: () => log.rows(run.id),
    parts: (isWanted) => log.parts(run.id, isWanted),
    read: () => log.read(run.id),
  };
}

function ofFile(file: string): OpenedRun {
  const recorded = readRunFile(file);
  const { parts, ...run } = recorded;
  const itemCount = parts.reduce((sum, { items }) => sum + items.length, 0);
  return {
    run: { ...run, partCount: parts.length, itemCount },
    rows: () => parts.map(({ rows }) => rows),
    parts: (isWanted) => parts.filter(({ rows }) => isWanted(rows)),
    read: () => recorded,
  };
}
