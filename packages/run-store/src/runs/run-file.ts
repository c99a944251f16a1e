/** A run as one file, to be kept or carried to another store, with or without what the batches gave that it asked for. */
import { createHash } from 'node:crypto';
import type { RecordedRun } from '@linchpin/plugin-api';
import type { CarriedBatch } from '../carried/carried-batches.ts';
import { type Carried, carriedFromLines, carriedToLines, isCarried } from '../carried/carried-lines.ts';
import { damagedFile } from '../errors.ts';
import { readSealedFile, type SealedFile, type SealedFormat, writeSealedFile } from '../sealed-file.ts';
import { isRunId } from './run-id.ts';
import { runFromLines, runToLines } from './run-lines.ts';

/** Programs that know version 1 alone read files without batches. */
export const runFormat: SealedFormat = {
  format: 'linchpin run',
  version: 2,
  content: 'a run',
  writer: '`linchpin runs export`',
};

/** The sha256 of everything that a file of the run says of it. */
export function digestOf(run: RecordedRun): string {
  const hash = createHash('sha256');
  for (const line of runToLines(run)) hash.update(line);
  return hash.digest('hex');
}

export function writeRunFile(file: string, run: RecordedRun, batches?: Iterable<CarriedBatch>): void {
  const lines = function* (): Generator<string, void, void> {
    yield* runToLines(run);
    yield* carriedToLines(asCarried(batches ?? []));
  };
  const { format, version } = runFormat;
  writeSealedFile(file, { format, version: batches === undefined ? 1 : version }, lines());
}

function* asCarried(batches: Iterable<CarriedBatch>): Generator<Carried, void, void> {
  for (const batch of batches) yield { kind: 'batch', batch };
}

/** Reads the run of a file. */
export function readRunFile(file: string): RecordedRun {
  return runOf(file, readSealedFile(file, runFormat));
}

/** The run of a file that is read. */
export function runOf(file: string, { lines }: SealedFile): RecordedRun {
  const run = runFromLines(lines.filter((line) => !isCarried(line)));
  if (!isRunId(run.id)) throw damagedFile(file, `a run with the id ${run.id}`);
  return run;
}

/** The batches of a file that is read. */
export function* batchesOf({ lines }: SealedFile): Generator<CarriedBatch, void, void> {
  for (const carried of carriedFromLines(lines)) if (carried.kind === 'batch') yield carried.batch;
}
