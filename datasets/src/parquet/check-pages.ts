/**
 * The pages of a column, looked through before they are decoded: five bytes can say that one value is repeated 2^31 times,
 * and a reader that writes them down as it is told would not stop before memory does (apache/parquet-format, Encodings.md).
 */
import { type Chunk, ParquetProblem } from './footer.ts';
import { ThriftProblem, ThriftReader, type ThriftStruct } from './thrift.ts';
import { largestPage, unpackPage } from './unpack.ts';

/** Fields of PageHeader and of the headers inside it. */
const field = {
  type: 1,
  unpackedSize: 2,
  packedSize: 3,
  dataPage: 5,
  dictionaryPage: 7,
  dataPageV2: 8,
  values: 1,
  encoding: 2,
  v2Nulls: 2,
  v2Encoding: 4,
  v2DefinitionBytes: 5,
  v2RepetitionBytes: 6,
  v2IsPacked: 7,
} as const;

/** Encodings by their numbers; those that write differences are seldom used for text, and bound nothing. */
const plain = 0;
const dictionaries: ReadonlySet<number> = new Set([2, 8]);
const runs = 3;

interface Page {
  readonly header: ThriftStruct;
  readonly packed: Uint8Array;
  readonly unpackedSize: number;
}

/** `bytes` are those of the chunk; throws for the first page that claims more than it holds. */
export function checkPages(chunk: Chunk, bytes: Uint8Array): void {
  let [values, unpacked] = [0, 0];
  for (const page of pagesOf(bytes)) {
    unpacked += page.unpackedSize;
    if (unpacked > 2 * largestPage) throw problem(chunk, `more than ${2 * largestPage} bytes once they are unpacked`);
    values += valuesIn(chunk, page, chunk.values - values);
  }
  if (values !== chunk.values) throw problem(chunk, `${values} values in its pages, ${chunk.values} announced`);
}

function* pagesOf(bytes: Uint8Array): Generator<Page> {
  for (let offset = 0; offset < bytes.length;) {
    const reader = new ThriftReader(bytes, offset);
    const header = headerOf(reader);
    const packedSize = count(header, field.packedSize, bytes.length - reader.offset);
    const unpackedSize = count(header, field.unpackedSize, largestPage);
    offset = reader.offset + packedSize;
    yield { header, packed: bytes.subarray(reader.offset, offset), unpackedSize };
  }
}

function headerOf(reader: ThriftReader): ThriftStruct {
  try {
    return reader.struct();
  } catch (error) {
    throw error instanceof ThriftProblem ? new ParquetProblem(`a page with ${error.message}`) : error;
  }
}

/** How many values a page has, of at most `left`. */
function valuesIn(chunk: Chunk, page: Page, left: number): number {
  const { header } = page;
  const first = inner(header, field.dataPage);
  const second = inner(header, field.dataPageV2);
  switch (count(header, field.type, 3)) {
    case 0:
      return checkFirst(chunk, page, { header: first, values: count(first, field.values, left) });
    case 3:
      return checkSecond(chunk, page, { header: second, values: count(second, field.values, left) });
    case 2: {
      const dictionary = inner(header, field.dictionaryPage);
      // Its entries are read one after the other, and each but a truth value takes a byte at least.
      count(dictionary, field.values, 8 * page.unpackedSize);
      requireEncoding(chunk, count(dictionary, field.encoding, 255), [plain, 2]);
      return 0;
    }
    default:
      throw problem(chunk, 'a page of an index');
  }
}

interface DataPage {
  readonly header: ThriftStruct;
  readonly values: number;
}

function checkFirst(chunk: Chunk, { packed, unpackedSize }: Page, { header, values }: DataPage): number {
  const { leaf, metadata } = chunk;
  const body = new Runs(chunk, unpackPage(metadata.codec, packed, unpackedSize));
  if (leaf.maxRepetition > 0) body.prefixed(bitsOf(leaf.maxRepetition), values);
  if (leaf.maxDefinition > 0) body.prefixed(bitsOf(leaf.maxDefinition), values);
  checkValues(chunk, body, { encoding: count(header, field.encoding, 255), values });
  return values;
}

function checkSecond(chunk: Chunk, { packed, unpackedSize }: Page, { header, values }: DataPage): number {
  const { leaf, metadata } = chunk;
  const repetitionBytes = count(header, field.v2RepetitionBytes, packed.length);
  const levelBytes = repetitionBytes + count(header, field.v2DefinitionBytes, packed.length - repetitionBytes);
  count(header, field.v2Nulls, values);
  const levels = new Runs(chunk, packed.subarray(0, levelBytes));
  if (leaf.maxRepetition > 0) levels.of(bitsOf(leaf.maxRepetition), values, repetitionBytes);
  if (leaf.maxDefinition > 0) levels.of(bitsOf(leaf.maxDefinition), values, levelBytes - repetitionBytes);
  const size = unpackedSize - levelBytes;
  if (size < 0) throw problem(chunk, `a page of ${unpackedSize} bytes with levels of ${levelBytes}`);
  const rest = packed.subarray(levelBytes);
  const isPacked = header.get(field.v2IsPacked) !== false && size > 0;
  const body = new Runs(chunk, isPacked ? unpackPage(metadata.codec, rest, size) : rest);
  checkValues(chunk, body, { encoding: count(header, field.v2Encoding, 255), values, isSecond: true });
  return values;
}

function checkValues(
  chunk: Chunk,
  body: Runs,
  { encoding, values, isSecond = false }: { encoding: number; values: number; isSecond?: boolean },
): void {
  requireEncoding(chunk, encoding, [plain, ...dictionaries, ...(chunk.leaf.isBoolean ? [runs] : [])]);
  if (encoding === runs) body.prefixed(1, values);
  else if (dictionaries.has(encoding)) body.indexes(values, isSecond);
}

/** Runs of equal values and of packed ones, as levels and indexes of a dictionary are written. */
class Runs {
  readonly #chunk: Chunk;
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(chunk: Chunk, bytes: Uint8Array) {
    this.#chunk = chunk;
    this.#bytes = bytes;
  }

  /** Runs that say before how long they are. */
  prefixed(bits: number, values: number): void {
    if (this.#offset + 4 > this.#bytes.length) throw problem(this.#chunk, 'a page that ends in its levels');
    const length = new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getUint32(this.#offset, true);
    this.#offset += 4;
    this.of(bits, values, length);
  }

  /**
   * Indexes, which say before how many bits they have; nulls have none, so that there may be fewer than values. Those of no
   * bits are all the first, and read in pages of the second kind alone.
   */
  indexes(values: number, isSecond: boolean): void {
    const bits = this.#bytes[this.#offset++] ?? 0;
    if (bits > 32) throw problem(this.#chunk, `indexes of ${bits} bits`);
    if (bits > 0 || isSecond) this.of(bits, values, Math.max(0, this.#bytes.length - this.#offset));
  }

  /** Goes through the runs until there are as many values, or the bytes end. */
  of(bits: number, values: number, length: number = this.#bytes.length - this.#offset): void {
    const end = this.#offset + length;
    if (end > this.#bytes.length)
      throw problem(this.#chunk, `runs of ${length} bytes in a page of ${this.#bytes.length}`);
    for (let seen = 0; seen < values && this.#offset < end;) {
      const head = this.#varint(end);
      const size = head >>> 1;
      // Packed values come in eights, of which the last may be filled up; some writers fill up 63 of them.
      const run = (head & 1) === 1 ? size * 8 : size;
      if (run > values - seen + ((head & 1) === 1 ? 503 : 0))
        throw problem(this.#chunk, `a run of ${run} values where ${values - seen} are left`);
      this.#offset += (head & 1) === 1 ? size * bits : Math.ceil(bits / 8);
      seen += run;
    }
    this.#offset = end;
  }

  #varint(end: number): number {
    let value = 0;
    for (let place = 0; place < 5 && this.#offset < end; place++) {
      const byte = this.#bytes[this.#offset++]!;
      value += (byte & 127) * 2 ** (7 * place);
      if (byte < 128 && value < 2 ** 31) return value;
    }
    throw problem(this.#chunk, 'a run without an end');
  }
}

function bitsOf(most: number): number {
  return 32 - Math.clz32(most);
}

function requireEncoding(chunk: Chunk, found: number, read: readonly number[]): void {
  if (!read.includes(found))
    throw problem(chunk, `the encoding ${found}, where plain values and those of a dictionary are read`);
}

function inner(header: ThriftStruct, id: number): ThriftStruct {
  const value = header.get(id);
  return value instanceof Map ? (value as ThriftStruct) : new Map();
}

/** A field that counts something; one that is absent, or no count of at most `most`, is refused. */
function count(header: ThriftStruct, id: number, most: number): number {
  const value = header.get(id);
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  const found = typeof value === 'number' ? value : 'no number';
  throw new ParquetProblem(`a page whose header has ${found} where at most ${most} are possible`);
}

function problem({ leaf }: Chunk, found: string): ParquetProblem {
  return new ParquetProblem(`column ${leaf.path.join('.')}: ${found}`);
}
