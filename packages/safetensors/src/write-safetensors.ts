/** Writes safetensors files the way the reference implementation does: by element type, largest first, then by name. */
import { type FileHandle, open } from 'node:fs/promises';
import { bitsPerElement } from './element-types.ts';
import { cannotWrite } from './errors.ts';

/** A tensor to be written; `bytes` are its elements, little-endian, row-major, all at once or piece by piece. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Writes or overwrites `file`. The same tensors and metadata give the same bytes, in whatever order they come. */
export async function writeSafetensors(
  file: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  checkTensors(tensors);
  const inOrder = tensors.toSorted((a, b) => rankOf(b.dtype) - rankOf(a.dtype) || (a.name < b.name ? -1 : 1));
  await using handle = await open(file, 'w');
  await handle.writeFile(headerBytes(inOrder, metadata));
  for (const tensor of inOrder) await writeData(handle, tensor);
}

async function writeData(handle: FileHandle, tensor: TensorToWrite): Promise<void> {
  const { bytes } = tensor;
  if (bytes instanceof Uint8Array) return await handle.writeFile(bytes);
  let written = 0;
  for await (const piece of bytes) {
    await handle.writeFile(piece);
    written += piece.length;
  }
  if (written !== sizeOf(tensor)) throw wrongSize(tensor, written);
}

function headerBytes(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Buffer {
  let end = 0;
  const entries = tensors.map((tensor) => {
    const { name, dtype, shape } = tensor;
    const begin = end;
    end += sizeOf(tensor);
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const keys = Object.keys(metadata).toSorted();
  const head = keys.length === 0 ? [] : [['__metadata__', Object.fromEntries(keys.map((key) => [key, metadata[key]]))]];
  const json = Buffer.from(JSON.stringify(Object.fromEntries([...head, ...entries])));
  // Spaces behind the JSON align the data to 8 bytes.
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);
  return header;
}

function checkTensors(tensors: readonly TensorToWrite[]): void {
  const names = new Set<string>(['__metadata__']);
  for (const tensor of tensors) {
    const { name, bytes } = tensor;
    if (names.has(name)) throw cannotWrite(name, 'a name that is taken', 'every name once, and not __metadata__');
    names.add(name);
    if (bytes instanceof Uint8Array && bytes.length !== sizeOf(tensor)) throw wrongSize(tensor, bytes.length);
    if (!Number.isInteger(sizeOf(tensor))) throw wrongSize(tensor, 0);
  }
}

function wrongSize(tensor: TensorToWrite, found: number): Error {
  const { name, dtype, shape } = tensor;
  return cannotWrite(name, `${found} bytes`, `the ${sizeOf(tensor)} bytes that ${dtype} [${shape.join(', ')}] takes`);
}

/** In bytes. */
function sizeOf({ dtype, shape }: TensorToWrite): number {
  return shape.reduce((product, size) => product * size, bitsPerElement.get(dtype) ?? Number.NaN) / 8;
}

/** The table lists the types in the order of the reference implementation's enum, by which it sorts. */
function rankOf(dtype: string): number {
  return [...bitsPerElement.keys()].indexOf(dtype);
}
