/** The block sizes of Figure 7: those that were asked for, or the largest of the paper's kind that fit the model. */
import type { OpenedModel } from '@linchpin/harness';
import {
  type BlockSize,
  blocksOf,
  formatBlockSize,
  type Indivisible,
  parseBlockSize,
} from '@linchpin/plugin-quantize-weights';
import { noBlockFits } from '../errors.ts';

/** The squares that the paper names its blocks after, and smaller ones for smaller models. */
const squares = [4, 8, 16, 32, 64, 128, 256, 512, 1024].map((side) => side ** 2);

/** As many as the paper shows. */
const shown = 4;

/** What blocks depend on. */
export type BlockedModel = Pick<OpenedModel, 'name' | 'family' | 'config' | 'tensors'>;

export interface AskedBlocks {
  /** Separated by commas; what fits the model when absent. */
  readonly blocks?: string | undefined;
  readonly indivisible: Indivisible;
}

/** Blocks in the order of the axis. Throws for one that does not divide every matrix of the layers, unless that is allowed. */
export function quantizationBlocks(opened: BlockedModel, asked: AskedBlocks): readonly BlockSize[] {
  if (asked.blocks === undefined) return fittingBlocks(opened);
  const blocks = [...new Set(asked.blocks.split(',').map((text) => parseBlockSize(text.trim())))];
  for (const block of blocks) requireFitting(opened, block, asked.indivisible);
  return blocks.toSorted(bySize);
}

/** Rows come before whole matrices, and both behind numbers. */
function bySize(a: BlockSize, b: BlockSize): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return rank(a) - rank(b);
}

function rank(block: BlockSize): number {
  return typeof block === 'number' ? 0 : block === 'channel' ? 1 : 2;
}

function fittingBlocks(opened: BlockedModel): readonly BlockSize[] {
  const sizes = shapesOf(opened).map(([, shape]) => shape.reduce((product, length) => product * length, 1));
  const fitting = squares.filter((block) => sizes.every((size) => size % block === 0));
  if (fitting.length === 0) throw noBlockFits(opened.name, squares.map(formatBlockSize));
  return fitting.slice(-shown);
}

function requireFitting(opened: BlockedModel, block: BlockSize, indivisible: Indivisible): void {
  for (const [name, shape] of shapesOf(opened)) blocksOf(name, shape, { block, indivisible });
}

function shapesOf({ family, config, tensors }: BlockedModel): (readonly [name: string, shape: readonly number[]])[] {
  return family.layerMatrices(config).map((name) => [name, tensors.get(name)?.shape ?? []]);
}
