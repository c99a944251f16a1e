/** The bytes that a tensor of a GGUF file becomes, in order, a piece at a time: a head where rows are moved, the whole where it is turned. */
import type { FileHandle } from 'node:fs/promises';
import { dequantize, type GgufTensor, sizeOfRow } from '@linchpin/gguf';
import { internalError } from '@linchpin/errors';
import { fileShrank } from '../encoded/errors.ts';
import type { PlannedTensor } from './plan-tensors.ts';

const pieceBytes = 2 ** 22;

type Elements = Float32Array | Uint16Array;

/** `handle` is of the file that the tensor lies in. */
export async function* tensorBytes(planned: PlannedTensor, handle: FileHandle): AsyncGenerator<Uint8Array, void> {
  const { source, pairedHeads, transposed, offset } = planned;
  const [columns = 1] = source.shape.toReversed();
  const rows = source.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const [count, width] = source.shape.length === 1 && pairedHeads !== undefined ? [columns, 1] : [rows, columns];
  const step = transposed ? count : pairedHeads === undefined ? rowsOfPiece(source, width) : count / pairedHeads;
  for (let row = 0; row < count; row += step) {
    const taken = Math.min(step, count - row);
    let elements = await readElements(planned, handle, { first: row * width, count: taken * width });
    if (pairedHeads !== undefined) elements = unpair(elements, width);
    if (transposed) elements = turn(elements, width);
    if (offset !== undefined) elements = elements.map((value) => value + offset);
    yield new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  }
}

function rowsOfPiece({ type }: GgufTensor, columns: number): number {
  return Math.max(1, Math.floor(pieceBytes / (sizeOfRow(type, columns) ?? 1)));
}

/** Values from `first` on: 16-bit types as their bits, unless they become float32. */
async function readElements(
  { source, dtype }: PlannedTensor,
  handle: FileHandle,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<Elements> {
  const [start, length] = [sizeOfRow(source.type, first), sizeOfRow(source.type, count)];
  if (start === undefined || length === undefined) throw internalError(`${source.name} cut within a block`);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, source.offset + start + done);
    if (bytesRead === 0) throw fileShrank(source.name);
    done += bytesRead;
  }
  return dtype === 'F32' ? dequantize(bytes, source.type) : new Uint16Array(bytes.buffer);
}

/** Rows of a head: pairs 0, 1, 2 … that stand one after the other become all first members, then all second ones. */
function unpair<T extends Elements>(rows: T, width: number): T {
  const moved = rows.slice() as T;
  const half = rows.length / width / 2;
  for (let row = 0; row < 2 * half; row++) {
    const from = row < half ? 2 * row : 2 * (row - half) + 1;
    moved.set(rows.subarray(from * width, (from + 1) * width), row * width);
  }
  return moved;
}

function turn<T extends Elements>(matrix: T, width: number): T {
  const turned = matrix.slice() as T;
  const rows = matrix.length / width;
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < width; column++, at++) turned[column * rows + row] = matrix[at]!;
  return turned;
}
