/**
 * Values of ggml's element types in float32, bit for bit as the Python package gguf 0.19 gives them (gguf/quants.py), which is
 * why products are rounded to float32 before anything is taken away from them. Blocks of 32 or 256 values share their scales.
 */
import { internalError } from '@linchpin/errors';
import { toFloat32 } from '@linchpin/tensor';
import type { Block } from './block.ts';
import { largeBlocks } from './large-blocks.ts';
import { smallBlocks } from './small-blocks.ts';

export type BlockType =
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'Q4_0'
  | 'Q4_1'
  | 'Q5_0'
  | 'Q5_1'
  | 'Q8_0'
  | 'Q2_K'
  | 'Q3_K'
  | 'Q4_K'
  | 'Q5_K'
  | 'Q6_K';

const floats = { F32: 4, F16: 2, BF16: 2 };
const blocks: Readonly<Record<Exclude<BlockType, keyof typeof floats>, Block>> = { ...smallBlocks, ...largeBlocks };

export const blockTypes: readonly string[] = [...Object.keys(floats), ...Object.keys(blocks)];

export function isBlockType(type: string): type is BlockType {
  return blockTypes.includes(type);
}

/** Bytes of a row of so many values; undefined where they are no whole number of blocks. */
export function sizeOfRow(type: BlockType, columns: number): number | undefined {
  if (isFloat(type)) return columns * floats[type];
  const { values, bytes } = blocks[type];
  return columns % values === 0 ? (columns / values) * bytes : undefined;
}

/** The values of whole rows or blocks. */
export function dequantize(bytes: Uint8Array, type: BlockType): Float32Array {
  if (isFloat(type)) return toFloat32(bytes, type);
  const block = blocks[type];
  const count = bytes.length / block.bytes;
  if (!Number.isInteger(count)) throw internalError(`${bytes.length} bytes are no whole number of blocks of ${type}`);
  const out = new Float32Array(count * block.values);
  for (let index = 0; index < count; index++)
    block.read({ bytes, at: index * block.bytes, out, to: index * block.values });
  return out;
}

function isFloat(type: BlockType): type is keyof typeof floats {
  return Object.hasOwn(floats, type);
}
