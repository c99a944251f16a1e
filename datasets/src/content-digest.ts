/**
 * What rows say, apart from how a file writes them: a Parquet and a JSON Lines file of the same rows in the same order have
 * the same digest, whatever the order of fields, the packing and the ends of lines.
 */
import { createHash, type Hash } from 'node:crypto';
import type { JsonObject, JsonValue } from './json-object.ts';

/** sha256 over rows: each as JSON without white space, fields by name and without those that are null, ended by a newline. */
export class ContentDigest {
  readonly #hash: Hash = createHash('sha256');
  #rows = 0;

  add(row: JsonValue): void {
    this.#hash.update(canonical(row), 'utf8').update('\n');
    this.#rows++;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Hexadecimal; nothing can be added afterwards. */
  finish(): string {
    return this.#hash.digest('hex');
  }
}

/** A table has a null where a line of JSON may leave the field out. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  // JSON has no digits for what is not finite.
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value as JsonObject).filter(([, each]) => each !== null);
  return `{${fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`)
    .join(',')}}`;
}
