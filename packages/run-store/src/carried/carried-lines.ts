/** What is carried from store to store, as lines of JSON: bytes in base64, and an origin before the first batch that has it. */
import type { CarriedBatch, CarriedNumber, CarriedText, WorkUnit } from './carried-batches.ts';

export type Carried =
  | { readonly kind: 'batch'; readonly batch: CarriedBatch }
  | { readonly kind: 'unit'; readonly unit: WorkUnit }
  | { readonly kind: 'number'; readonly number: CarriedNumber }
  | { readonly kind: 'text'; readonly text: CarriedText };

interface BatchLine {
  readonly batch: string;
  readonly logProbabilities: string;
  readonly greedyIds: string;
  readonly unresolved?: string;
  readonly activations?: string;
  readonly checksum: number;
}

type Line =
  | BatchLine
  | { readonly origin: string | null }
  | { readonly unit: number; readonly plan: string; readonly cell: number; readonly keys: string }
  | { readonly number: string; readonly value: number | null }
  | { readonly text: string; readonly ids: string; readonly stopped: string; readonly checksum: number };

/** With a newline at the end of each. */
export function* carriedToLines(carried: Iterable<Carried>): Generator<string, void, void> {
  let origin: string | null = null;
  for (const each of carried) {
    if (each.kind === 'batch' && each.batch.origin !== origin) {
      origin = each.batch.origin;
      yield lineOf({ origin });
    }
    yield lineOf(asLine(each));
  }
}

function asLine(carried: Carried): Line {
  switch (carried.kind) {
    case 'batch': {
      const { key, log_probabilities, greedy_ids, unresolved, activations, checksum } = carried.batch;
      return {
        batch: encoded(key),
        logProbabilities: encoded(log_probabilities),
        greedyIds: encoded(greedy_ids),
        ...(unresolved === null ? {} : { unresolved: encoded(unresolved) }),
        ...(activations === null ? {} : { activations: encoded(activations) }),
        checksum,
      };
    }
    case 'unit': {
      const { plan, cell, unit, keys } = carried.unit;
      return { unit, plan, cell, keys: encoded(keys) };
    }
    case 'number':
      return { number: encoded(carried.number.key), value: carried.number.value };
    case 'text': {
      const { key, ids, stopped, checksum } = carried.text;
      return { text: encoded(key), ids: encoded(ids), stopped, checksum };
    }
  }
}

/** What `carriedToLines` gave these lines for, which the caller has checked to be whole; lines of other kinds are passed over. */
export function* carriedFromLines(lines: Iterable<string>): Generator<Carried, void, void> {
  let origin: string | null = null;
  for (const text of lines) {
    if (!isCarried(text)) continue;
    const line = JSON.parse(text) as Line;
    if ('origin' in line) origin = line.origin;
    else if ('batch' in line) yield { kind: 'batch', batch: batchOf(line, origin) };
    else if ('unit' in line) {
      const { unit, plan, cell, keys } = line;
      yield { kind: 'unit', unit: { plan, cell, unit, keys: decoded(keys) } };
    } else if ('number' in line) yield { kind: 'number', number: { key: decoded(line.number), value: line.value } };
    else {
      const { text: key, ids, stopped, checksum } = line;
      yield { kind: 'text', text: { key: decoded(key), ids: decoded(ids), stopped, checksum } };
    }
  }
}

/** Whether a line is of this kind, and none of a run. */
export function isCarried(line: string): boolean {
  return /^\{"(?:batch|origin|unit|number|text)":/.test(line);
}

function batchOf(line: BatchLine, origin: string | null): CarriedBatch {
  return {
    key: decoded(line.batch),
    log_probabilities: decoded(line.logProbabilities),
    greedy_ids: decoded(line.greedyIds),
    unresolved: line.unresolved === undefined ? null : decoded(line.unresolved),
    activations: line.activations === undefined ? null : decoded(line.activations),
    checksum: line.checksum,
    origin,
  };
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

function encoded(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function decoded(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
