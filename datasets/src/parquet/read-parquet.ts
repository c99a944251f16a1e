/**
 * The rows of a Parquet file, a row group in memory at a time. hyparquet decodes; what it is given has been checked, because
 * it believes every number of a file (see footer.ts and check-pages.ts).
 */
import { type FileHandle, open } from 'node:fs/promises';
import { parquetReadObjects } from 'hyparquet';
import { badParquet, unreadableFile } from '../errors.ts';
import { isLinchpinError } from '@linchpin/errors';
import type { JsonObject, JsonValue } from '../json-object.ts';
import { checkPages } from './check-pages.ts';
import { type CheckedGroup, checkFooter, type Footer, longestFooter, ParquetProblem, tailLength } from './footer.ts';
import { unpackers } from './unpack.ts';

/** The columns as fields of objects, as JSON would have them. Throws by the file's name for whatever is wrong with it. */
export async function* readParquet(file: string): AsyncGenerator<JsonObject> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const footer = await readFooter(handle);
    for (const group of footer.groups) yield* await rowsOf(handle, footer, group);
  } catch (error) {
    if (isLinchpinError(error)) throw error;
    if (error instanceof Error && 'syscall' in error) throw unreadableFile(file, error);
    throw badParquet(file, error);
  } finally {
    await handle?.close();
  }
}

async function readFooter(handle: FileHandle): Promise<Footer> {
  const { size } = await handle.stat();
  if (size < 4 + tailLength) throw new ParquetProblem(`${size} bytes`);
  const tail = await read(handle, size - tailLength, size);
  const magic = String.fromCharCode(...tail.subarray(4));
  if (magic === 'PARE') throw new ParquetProblem('an encrypted footer');
  if (magic !== 'PAR1') throw new ParquetProblem('an end that is not PAR1: the file is cut off, or no Parquet');
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > Math.min(longestFooter, size - 4 - tailLength))
    throw new ParquetProblem(`a footer of ${length} bytes in a file of ${size}`);
  return checkFooter(await read(handle, size - tailLength - length, size), size);
}

/** In memory of its own: hyparquet takes what lies before and behind a view for a part of it. */
async function read(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  if (bytesRead < bytes.length) throw new ParquetProblem(`${start + bytesRead} bytes, and more were announced`);
  return bytes;
}

async function rowsOf(
  handle: FileHandle,
  { metadata }: Footer,
  { group, rows, chunks }: CheckedGroup,
): Promise<JsonObject[]> {
  for (const chunk of chunks) checkPages(chunk, await read(handle, chunk.start, chunk.end));
  if (rows === 0) return [];
  const found = await parquetReadObjects({
    file: {
      byteLength: (await handle.stat()).size,
      slice: async (start, end) => (await read(handle, start, end!)).buffer as ArrayBuffer,
    },
    metadata: { ...metadata, row_groups: [group], num_rows: group.num_rows },
    compressors: unpackers,
    parsers: { stringFromBytes: decodeText, jsonFromBytes: decodeText },
  });
  if (found.length !== rows) throw new ParquetProblem(`${found.length} rows where ${rows} are announced`);
  return found.map((row) => jsonOf(row, '') as JsonObject);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeText(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && decoder.decode(bytes);
  } catch {
    throw new ParquetProblem('a text that is no UTF-8');
  }
}

/** Numbers of 64 bits become what JSON's parser makes of their digits, dates what Python's `isoformat` writes in UTC. */
function jsonOf(value: unknown, path: string): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (Array.isArray(value)) return value.map((each) => jsonOf(each, `${path}[]`));
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, jsonOf(each, `${path}.${name}`)]));
  const found = value === undefined ? 'fewer values than rows' : 'values that JSON does not have';
  throw new ParquetProblem(`column ${path.slice(1)}: ${found}`);
}
