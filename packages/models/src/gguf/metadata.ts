/** Fields of GGUF metadata, each of the kind that is asked for. */
import type { GgufFile, GgufTensor, GgufValue } from '@linchpin/gguf';
import { ggufField } from './errors.ts';

export class Metadata {
  /** As errors call the file. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly #values: ReadonlyMap<string, GgufValue>;

  constructor(file: string, { metadata, tensors }: Pick<GgufFile, 'metadata' | 'tensors'>) {
    this.file = file;
    this.tensors = tensors;
    this.#values = metadata;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Undefined where the field is absent. */
  number(key: string): number | undefined {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === 'number') return value;
    if (typeof value === 'bigint' && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw this.invalid(key, 'a number');
  }

  text(key: string): string | undefined {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === 'string') return value;
    throw this.invalid(key, 'a text');
  }

  flag(key: string): boolean | undefined {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.invalid(key, 'true or false');
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.#values.get(key);
    if (value === undefined || (Array.isArray(value) && value.every((each) => typeof each === 'string'))) return value;
    throw this.invalid(key, 'a list of texts');
  }

  numbers(key: string): readonly number[] | undefined {
    const value = this.#values.get(key);
    if (value === undefined || (Array.isArray(value) && value.every((each) => typeof each === 'number'))) return value;
    throw this.invalid(key, 'a list of numbers');
  }

  /** The error of a field that does not hold what is expected. */
  invalid(key: string, expected: string): Error {
    return ggufField(this.file, key, { found: printable(this.#values.get(key)), expected });
  }
}

function printable(value: GgufValue | undefined): unknown {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'bigint' ? String(value) : value;
}
