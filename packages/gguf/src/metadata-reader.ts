/**
 * Numbers, texts and lists from the beginning of a GGUF file, in order, a window of the file at a time. Every claim of a length
 * is compared with what is left of the file before anything is made for it.
 */
import type { FileHandle } from 'node:fs/promises';
import { damaged, unsupportedForm } from './errors.ts';

export type GgufValue = string | number | bigint | boolean | readonly (string | number | bigint | boolean)[];

type Scalar = string | number | bigint | boolean;

/** The value types of the format, by their numbers: what they are called, and the least bytes that one takes. */
const valueTypes = [
  ['uint8', 1],
  ['int8', 1],
  ['uint16', 2],
  ['int16', 2],
  ['uint32', 4],
  ['int32', 4],
  ['float32', 4],
  ['bool', 1],
  ['string', 8],
  ['array', 12],
  ['uint64', 8],
  ['int64', 8],
  ['float64', 8],
] as const;

type ValueType = (typeof valueTypes)[number][0];

const readers: Readonly<Record<Exclude<ValueType, 'string' | 'array'>, (view: DataView, at: number) => Scalar>> = {
  uint8: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  uint16: (view, at) => view.getUint16(at, true),
  int16: (view, at) => view.getInt16(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  int32: (view, at) => view.getInt32(at, true),
  float32: (view, at) => view.getFloat32(at, true),
  bool: (view, at) => view.getUint8(at) !== 0,
  uint64: (view, at) => view.getBigUint64(at, true),
  int64: (view, at) => view.getBigInt64(at, true),
  float64: (view, at) => view.getFloat64(at, true),
};

const windowBytes = 2 ** 20;
/** The largest vocabularies with their merges take 20 MB. */
const mostMetadataBytes = 2 ** 28;
const mostListed = 2 ** 23;

export class MetadataReader {
  readonly #handle: FileHandle;
  readonly #file: string;
  readonly #size: number;
  #window = new DataView(new ArrayBuffer(0));
  /** Where the window begins in the file. */
  #start = 0;
  #at = 0;

  constructor(handle: FileHandle, file: string, size: number) {
    this.#handle = handle;
    this.#file = file;
    this.#size = size;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#start + this.#at;
  }

  async uint32(): Promise<number> {
    const at = await this.#take(4);
    return this.#window.getUint32(at, true);
  }

  /** A count of things that take at least `bytes` each. */
  async count(bytes: number, what: string): Promise<number> {
    const at = await this.#take(8);
    const count = this.#window.getBigUint64(at, true);
    const left = this.#size - this.position;
    if (count * BigInt(bytes) > BigInt(left))
      throw damaged(this.#file, `${count} ${what}, for which the ${left} bytes behind have no room`);
    return Number(count);
  }

  async uint64(): Promise<bigint> {
    const at = await this.#take(8);
    return this.#window.getBigUint64(at, true);
  }

  async text(): Promise<string> {
    const length = await this.count(1, 'bytes of text');
    const at = await this.#take(length);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      new Uint8Array(this.#window.buffer, this.#window.byteOffset + at, length),
    );
  }

  /** A value behind the number of its type. */
  async value(key: string): Promise<GgufValue> {
    const [type] = await this.#type(key);
    if (type !== 'array') return await this.#scalar(type);
    const [element, bytes] = await this.#type(key);
    if (element === 'array') throw unsupportedForm(this.#file, `a list of lists as ${key}`, 'Convert the model again.');
    const count = await this.count(bytes, `entries of ${key}`);
    if (count > mostListed) throw damaged(this.#file, `${count} entries of ${key}, of which ${mostListed} are read`);
    const values: Scalar[] = [];
    for (let index = 0; index < count; index++) values.push(await this.#scalar(element));
    return values;
  }

  async #type(key: string): Promise<(typeof valueTypes)[number]> {
    const number = await this.uint32();
    const type = valueTypes[number];
    if (type === undefined) throw damaged(this.#file, `the value type ${number} of ${JSON.stringify(key)}`);
    return type;
  }

  async #scalar(type: Exclude<ValueType, 'array'>): Promise<Scalar> {
    if (type === 'string') return await this.text();
    const bytes = valueTypes.find(([name]) => name === type)![1];
    const at = await this.#take(bytes);
    return readers[type](this.#window, at);
  }

  /** Where in the window the next bytes begin. */
  async #take(length: number): Promise<number> {
    if (this.#at + length > this.#window.byteLength) await this.#move(length);
    const at = this.#at;
    this.#at += length;
    return at;
  }

  /** Puts the window where the next bytes begin. */
  async #move(length: number): Promise<void> {
    const start = this.position;
    if (start + length > this.#size) throw damaged(this.#file, `an end at byte ${this.#size}, within the metadata`);
    if (start + length > mostMetadataBytes)
      throw damaged(this.#file, `metadata of more than ${mostMetadataBytes} bytes`);
    const bytes = new Uint8Array(Math.min(Math.max(length, windowBytes), this.#size - start));
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await this.#handle.read(bytes, done, bytes.length - done, start + done);
      if (bytesRead === 0) throw damaged(this.#file, 'a file that becomes shorter');
      done += bytesRead;
    }
    this.#window = new DataView(bytes.buffer);
    this.#start = start;
    this.#at = 0;
  }
}
