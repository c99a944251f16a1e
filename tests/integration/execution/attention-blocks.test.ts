/**
 * Attention by blocks leaves out keys that no token of the block looks at, and nothing else: it agrees with attention by
 * plain operators over whole rows, which a graph has whose attention weights are read.
 */
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { Executor, PackedBatch } from '@linchpin/plugin-api';
import { createExecutor, plainSession } from '@linchpin/runtime';
import { largestDifference, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const layers = 2;
const vocabulary = 64;
/**
 * Log-probabilities of about 1 to 11 in float32. The two round scores and probabilities at different places, which two layers
 * of weights of spread 0.5 enlarge: 1e-5 was seen. A key too few or too many changes them by more than 1e-2.
 */
const tolerance = 3e-5;

const folder = temporaryFolder();
let byBlocks: Executor;
let whole: Executor;

beforeAll(async () => {
  await writeRandomLlama(folder, {
    layers,
    hidden: 32,
    heads: 4,
    keyValueHeads: 2,
    intermediate: 48,
    vocabulary,
    contextLength: 16,
    dtype: 'F32',
    tied: false,
    seed: 9,
    spread: 0.5,
  });
  const opened = await openDecoder(folder);
  const readSites = Array.from({ length: layers }, (_, layer) => `model.layers.${layer}.self_attn.attention_weights`);
  [byBlocks, whole] = await Promise.all([
    layCheckpoint(opened).then((decoder) => createExecutor(decoder, plainSession({ threads: 1 }))),
    layCheckpoint(opened, { readSites }).then((decoder) => createExecutor(decoder, plainSession({ threads: 1 }))),
  ]);
});
afterAll(async () => {
  await byBlocks.release();
  await whole.release();
});

/** A row is a list of trees, a tree the depth of each of its tokens in depth-first order. */
const path = (length: number): number[] => Array.from({ length }, (_, depth) => depth);

it.each<[string, number[][][]]>([
  ['a single token', [[path(1)]]],
  ['fewer tokens than blocks', [[path(3)]]],
  ['one sequence', [[path(11)]]],
  ['blocks that hold everything before the last', [[path(9)]]],
  ['trees that begin inside of blocks', [[path(3), path(2), path(5), path(2)]]],
  ['rows whose trees begin at different places', [[path(7), path(5)], [path(2), path(10)], [path(12)]]],
  [
    'branches',
    [
      [[0, 1, 2, 3, 2, 3, 4, 1, 2], path(3)],
      [path(4), [0, 1, 1, 1, 2, 2, 1, 2]],
    ],
  ],
])('agrees with attention over whole rows: %s', async (_, rows) => {
  const batch = batchOf(rows);
  const [blocks, all] = [await byBlocks.run(batch), await whole.run(batch)];
  expect(largestDifference(blocks.logProbabilities, all.logProbabilities)).toBeLessThan(tolerance);
  expect(blocks.greedyIds).toEqual(all.greedyIds);
});

it('refuses a batch in which no token is scored', async () => {
  const none = new Int32Array();
  const batch = { ...batchOf([[path(3)]]), scoredTokens: none, targetRows: none, targetIds: none };
  await expect(byBlocks.run(batch)).rejects.toMatchObject({ message: expect.stringContaining('no token is scored') });
});

/** Every token is scored, on every id. */
function batchOf(rows: readonly (readonly number[][])[]): PackedBatch {
  const depths = rows.map((trees) => trees.flat());
  const rowLength = depths[0]!.length;
  const ends = rows.flatMap((trees) => {
    let start = 0;
    return trees.flatMap((tree) => {
      const placed = tree.map((depth, node) => {
        const after = tree.findIndex((other, index) => index > node && other <= depth);
        return start + (after < 0 ? tree.length : after);
      });
      start += tree.length;
      return placed;
    });
  });
  const tokens = rows.length * rowLength;
  const targets = Array.from({ length: tokens * vocabulary }, (_, at) => at);
  return {
    rows: rows.length,
    rowLength,
    tokenIds: Int32Array.from({ length: tokens }, (_, at) => (at * 37 + 5) % vocabulary),
    positions: Int32Array.from(depths.flat()),
    subtreeEnds: Int32Array.from(ends),
    scoredTokens: Int32Array.from({ length: tokens }, (_, at) => at),
    targetRows: Int32Array.from(targets, (at) => Math.floor(at / vocabulary)),
    targetIds: Int32Array.from(targets, (at) => at % vocabulary),
  };
}
