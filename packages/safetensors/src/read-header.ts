/**
 * Opens a safetensors file without reading its data. Format: 8 bytes with the header's length (little-endian u64), the
 * header as JSON, then the data of all tensors. Checks whatever the reference implementation (huggingface/safetensors)
 * checks, and more: duplicate names, which it lets the last one win.
 */
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { checkLayout } from './check-layout.ts';
import { cannotRead, fileTooSmall, headerBeyondFile, headerTooLarge, isLfsPointer } from './errors.ts';
import { parseHeader } from './parse-header.ts';
import type { StoredTensor } from './stored-tensor.ts';

export interface SafetensorsHeader {
  /** Absolute path, symbolic links resolved. */
  readonly file: string;
  /** By name, in the order of the header. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The header's `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

const lengthBytes = 8;
/** The reference implementation's limit. */
const largestHeader = 100_000_000;
const lfsPointer = 'version https://git-lfs';

/** Reads and checks the header; errors name the path as given, and the tensor where one is wrong. */
export async function readHeader(file: string): Promise<SafetensorsHeader> {
  const { path, size, header } = await readHeaderBytes(file);
  const { entries, metadata } = parseHeader(header, file);
  const dataOffset = lengthBytes + header.length;
  checkLayout(entries, size - dataOffset, file);
  const tensors = entries.map(({ name, dtype, shape, begin, end }): [string, StoredTensor] => [
    name,
    {
      name,
      dtype,
      shape,
      file: path,
      ...(path === file ? {} : { givenFile: file }),
      offset: dataOffset + begin,
      length: end - begin,
    },
  ]);
  return { file: path, tensors: new Map(tensors), metadata };
}

async function readHeaderBytes(file: string): Promise<{ path: string; size: number; header: Uint8Array }> {
  const path = await realpath(file).catch(unreadable(file));
  await using handle = await open(path).catch(unreadable(file));
  const { size } = await handle.stat();
  const beginning = await readAt(handle, 0, Math.min(size, lfsPointer.length)).catch((error: unknown) =>
    Promise.reject(cannotRead(file, error)),
  );
  if (beginning.toString('latin1') === lfsPointer) throw isLfsPointer(file);
  if (size < lengthBytes) throw fileTooSmall(file, size);
  const length = beginning.readBigUInt64LE();
  if (length > BigInt(largestHeader)) throw headerTooLarge(file, length, largestHeader);
  if (Number(length) > size - lengthBytes) throw headerBeyondFile(file, Number(length), size);
  return { path, size, header: await readAt(handle, lengthBytes, Number(length)) };
}

/** Turns whatever the file system says into an error of ours. */
function unreadable(file: string): (error: unknown) => never {
  return (error) => {
    throw cannotRead(file, error);
  };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position });
  return buffer.subarray(0, bytesRead);
}
