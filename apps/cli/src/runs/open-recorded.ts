/** A run that is read part by part, from the store or from a file. */
import { statSync } from 'node:fs';
import type { RecordedPart, ResultRow } from '@linchpin/plugin-api';
import { readRunFile, type RunSummary } from '@linchpin/run-store';
import type { StoreFlags } from '../flags.ts';
import { runLogOf } from './run-log-of.ts';

export interface OpenedRecord {
  readonly run: RunSummary;
  /** The rows of every part. */
  rows(): Iterable<readonly ResultRow[]>;
  /** The parts whose rows are wanted. */
  parts(isWanted: (rows: readonly ResultRow[]) => boolean): Iterable<RecordedPart>;
}

/** The run of a file that was exported, where the name is that of a file; else one of the store. */
export async function openRecorded(name: string, flags: Pick<StoreFlags, 'store'>): Promise<OpenedRecord> {
  if (statSync(name, { throwIfNoEntry: false })?.isFile() === true) return ofFile(name);
  const runs = await runLogOf(flags);
  const run = runs.find(name);
  return { run, rows: () => runs.rows(run.id), parts: (isWanted) => runs.parts(run.id, isWanted) };
}

function ofFile(file: string): OpenedRecord {
  const { parts, ...run } = readRunFile(file);
  const itemCount = parts.reduce((sum, { items }) => sum + items.length, 0);
  return {
    run: { ...run, partCount: parts.length, itemCount },
    rows: () => parts.map(({ rows }) => rows),
    parts: (isWanted) => parts.filter(({ rows }) => isWanted(rows)),
  };
}
