/** How a matrix is cut into blocks: contiguous runs of its row-major numbers, as in the reference, although papers name them like tiles. */
import { indivisible, invalidBlock } from './errors.ts';

/** Numbers of a run, or one run a row (`channel`) or a matrix (`tensor`). */
export type BlockSize = number | 'channel' | 'tensor';

/** What becomes of a matrix that the block size does not divide; the reference makes it one block without a word. */
export type Indivisible = 'error' | 'whole-matrix';

/** From `16384`, `128x128` (a run of as many numbers), `channel` or `tensor`. */
export function parseBlockSize(text: string): BlockSize {
  if (text === 'channel' || text === 'tensor') return text;
  const [, first, second = '1'] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  const size = Number(first) * Number(second);
  if (!Number.isSafeInteger(size) || size < 1) throw invalidBlock(text);
  return size;
}

/** `128x128` where the numbers fill a square, as the paper names its blocks, else the count; `parseBlockSize` reads it. */
export function formatBlockSize(block: BlockSize): string {
  const side = typeof block === 'number' ? Math.sqrt(block) : 0;
  return Number.isInteger(side) && side > 1 ? `${side}x${side}` : String(block);
}

export interface Blocks {
  /** Numbers of a block. */
  readonly size: number;
  /** Whether the matrix is one block because the block size does not divide it. */
  readonly isFallback: boolean;
}

export interface BlockRule {
  readonly block: BlockSize;
  readonly indivisible: Indivisible;
}

/** The blocks of the matrix `name`. Throws where they do not fit and nothing else was asked for. */
export function blocksOf(name: string, shape: readonly number[], { block, indivisible: rule }: BlockRule): Blocks {
  const count = shape.reduce((product, length) => product * length, 1);
  if (block === 'tensor') return { size: count, isFallback: false };
  const size = block === 'channel' ? (shape.at(-1) ?? 1) : block;
  if (count % size === 0) return { size, isFallback: false };
  if (rule === 'error') throw indivisible(name, count, size);
  return { size: count, isFallback: true };
}
