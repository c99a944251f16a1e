/**
 * Thrift's compact protocol, as far as Parquet's headers use it (apache/thrift, doc/specs/thrift-compact-protocol.md), read
 * with a bound for everything: a header may claim 2^60 entries in ten bytes. What has passed here can be given to a reader
 * that believes what it is told.
 */

export type ThriftValue = number | bigint | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** By the numbers of the fields. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const type = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 } as const;

/** More than the footer of a file of a million pages of text has. */
const mostValues = 1_000_000;
const deepest = 24;

/** Something that the format does not allow, or that is more than a file of text needs. */
export class ThriftProblem extends Error {}

export class ThriftReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Of the next byte. */
  offset: number;
  #values = 0;

  constructor(bytes: Uint8Array, offset: number = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
  }

  struct(depth: number = 0): ThriftStruct {
    if (depth > deepest) throw new ThriftProblem(`structures within structures, more than ${deepest} deep`);
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ;) {
      const head = this.#byte();
      if ((head & 15) === 0) return fields;
      id = head >> 4 === 0 ? this.#integer() : id + (head >> 4);
      fields.set(id, this.#value(head & 15, depth));
    }
  }

  #value(kind: number, depth: number): ThriftValue {
    if (++this.#values > mostValues) throw new ThriftProblem(`more than ${mostValues} values`);
    switch (kind) {
      case type.true:
      case type.false:
        return kind === type.true;
      case type.byte:
        return this.#byte();
      case type.i16:
      case type.i32:
        return this.#integer();
      case type.i64:
        return this.#long();
      case type.double:
        return this.#view.getFloat64(this.#take(8), true);
      case type.binary:
        return this.#binary();
      case type.list:
        return this.#list(depth);
      case type.struct:
        return this.struct(depth + 1);
      default:
        throw new ThriftProblem(`a value of the type ${kind}`);
    }
  }

  #list(depth: number): readonly ThriftValue[] {
    if (depth > deepest) throw new ThriftProblem(`lists within lists, more than ${deepest} deep`);
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    // An entry takes a byte at least.
    if (size > this.#left) throw new ThriftProblem(`a list of ${size} entries in ${this.#left} bytes`);
    const kind = head & 15;
    const isBoolean = kind === type.true || kind === type.false;
    return Array.from({ length: size }, () => this.#value(isBoolean ? type.byte : kind, depth + 1));
  }

  #binary(): Uint8Array {
    const length = this.#varint();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** 32 bits, with the sign in the lowest. */
  #integer(): number {
    const value = this.#varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Without a sign. */
  #varint(): number {
    let value = 0;
    for (let place = 0; place < 5; place++) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** (7 * place);
      if (byte < 128) return value >= 2 ** 32 ? this.#tooLarge() : value;
    }
    return this.#tooLarge();
  }

  #long(): bigint {
    let value = 0n;
    for (let place = 0n; place < 10n; place++) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << (7n * place);
      if (byte < 128) return (value >> 1n) ^ -(value & 1n);
    }
    return this.#tooLarge();
  }

  #tooLarge(): never {
    throw new ThriftProblem('a number of more bits than its type has');
  }

  get #left(): number {
    return this.#bytes.length - this.offset;
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  #take(length: number): number {
    if (length > this.#left) throw new ThriftProblem(`${length} bytes announced where ${this.#left} are left`);
    const start = this.offset;
    this.offset += length;
    return start;
  }
}
