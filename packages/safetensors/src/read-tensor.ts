/** Values of stored tensors as float32, read in pieces so that a tensor costs its own size and little more. */
import { type FileHandle, open } from 'node:fs/promises';
import { internalError } from '@linchpin/errors';
import { bytesPerElement, isWeightDType, toFloat32, type WeightDType } from '@linchpin/tensor';
import { cannotRead, fileChanged, notReadable } from './errors.ts';
import { fileInWords, type StoredTensor } from './stored-tensor.ts';

/** Bytes read at once; a multiple of every element's size. */
const pieceBytes = 8 * 1024 * 1024;

/** All values, row-major. Throws unless the dtype is F32, F16 or BF16. */
export async function readTensor(stored: StoredTensor): Promise<Float32Array> {
  const values = await readElements(stored, 0, elementsOf(stored));
  return stored.transposed ? transpose(values, stored) : values;
}

/** The values of `rowCount` slices along the first axis, from `firstRow` on, row-major. */
export async function readRows(stored: StoredTensor, firstRow: number, rowCount: number): Promise<Float32Array> {
  const [rows, ...rest] = stored.shape;
  if (rows === undefined || !(firstRow >= 0 && rowCount >= 0 && firstRow + rowCount <= rows)) {
    throw internalError(`rows ${firstRow} to ${firstRow + rowCount} of ${stored.name} [${stored.shape.join(', ')}]`);
  }
  if (stored.transposed) return await readColumns(stored, firstRow, rowCount);
  const width = rest.reduce((product, size) => product * size, 1);
  return await readElements(stored, firstRow * width, rowCount * width);
}

/**
 * The values in order, a piece at a time; a piece is not used again, so it may be kept. A transposed tensor is one piece:
 * its first row is spread over the whole file.
 */
export async function* streamTensor(stored: StoredTensor): AsyncGenerator<Float32Array, void> {
  if (stored.transposed) yield await readTensor(stored);
  else yield* streamElements(stored, 0, elementsOf(stored));
}

/** The bytes of a tensor of any type as the file has them, a piece at a time. */
export async function* streamStored(stored: StoredTensor): AsyncGenerator<Uint8Array, void> {
  yield* streamBytes(stored, stored.offset, stored.offset + stored.length);
}

/** From the order of the file, [columns, rows], to that of the tensor, [rows, columns]. */
function transpose(values: Float32Array, { shape }: StoredTensor): Float32Array {
  const [rows, columns] = shape as [number, number];
  const turned = new Float32Array(values.length);
  for (let column = 0, at = 0; column < columns; column++)
    for (let row = 0; row < rows; row++, at++) turned[row * columns + column] = values[at]!;
  return turned;
}

/** Rows of a transposed tensor, which are columns of what the file has: it is read whole, and only they are kept. */
async function readColumns(stored: StoredTensor, firstRow: number, rowCount: number): Promise<Float32Array> {
  const [rows, columns] = stored.shape as [number, number];
  const values = new Float32Array(rowCount * columns);
  let row = 0;
  let column = 0;
  for await (const piece of streamElements(stored, 0, elementsOf(stored))) {
    for (const value of piece) {
      if (row >= firstRow && row < firstRow + rowCount) values[(row - firstRow) * columns + column] = value;
      if (++row < rows) continue;
      row = 0;
      column++;
    }
  }
  return values;
}

async function readElements(stored: StoredTensor, first: number, count: number): Promise<Float32Array> {
  const values = new Float32Array(count);
  let at = 0;
  for await (const piece of streamElements(stored, first, count)) {
    values.set(piece, at);
    at += piece.length;
  }
  return values;
}

async function* streamElements(stored: StoredTensor, first: number, count: number): AsyncGenerator<Float32Array, void> {
  const dtype = weightType(stored);
  const size = bytesPerElement[dtype];
  const end = stored.offset + (first + count) * size;
  for await (const bytes of streamBytes(stored, stored.offset + first * size, end)) yield toFloat32(bytes, dtype);
}

async function* streamBytes(stored: StoredTensor, start: number, end: number): AsyncGenerator<Buffer, void> {
  await using handle = await open(stored.file).catch((error: unknown) =>
    Promise.reject(cannotRead(fileInWords(stored), error)),
  );
  for (let position = start; position < end; position += pieceBytes) {
    const bytes = Buffer.allocUnsafe(Math.min(pieceBytes, end - position));
    await fill(handle, bytes, { position, stored });
    yield bytes;
  }
}

async function fill(
  handle: FileHandle,
  bytes: Buffer,
  { position, stored }: { position: number; stored: StoredTensor },
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw fileChanged(fileInWords(stored), stored.name);
    done += bytesRead;
  }
}

function elementsOf(stored: StoredTensor): number {
  return stored.length / bytesPerElement[weightType(stored)];
}

function weightType(stored: StoredTensor): WeightDType {
  const { dtype, name } = stored;
  if (!isWeightDType(dtype)) throw notReadable(fileInWords(stored), name, dtype);
  return dtype;
}
