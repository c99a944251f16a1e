/**
 * Positions that are learned, or biases by distance or by key (ALiBi): the same whether text is run whole, token by token
 * with keys and values kept, or as a branch of a tree whose tokens are not in the order of their positions.
 */
import { laySteps, openDecoder } from '@linchpin/models';
import type { PackedBatch } from '@linchpin/plugin-api';
import { createStepModel } from '@linchpin/runtime';
import { describeShared, largestDifference, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

const root = 'golden/families';
const folders = ['gpt2', 'opt', 'bloom', 'falcon-alibi'];

/** Sums in another order: ten times the float32 errors of the folders, which are below 1e-5. */
const tolerance = 1e-4;

function idsOf(name: string): readonly number[] {
  return (readSharedJson(`${root}/${name}/expected.json`) as { input_ids: readonly number[][] }).input_ids[0]!;
}

describeShared('positions', [root], () => {
  it.each(folders)('are those of the sequence where keys and values are kept: %s', async (name) => {
    const ids = idsOf(name).slice(0, 20);
    const decoder = await openDecoder(sharedPath(`${root}/${name}`));
    const logits = [];
    for (const cache of [true, false]) {
      const steps = await laySteps(decoder, { cache });
      expect(steps.cache !== undefined).toBe(cache);
      const model = await createStepModel(steps);
      const sequence = model.begin();
      const after = [await sequence.feed(ids.slice(0, 6))];
      for (const id of ids.slice(6)) after.push(await sequence.feed([id]));
      await model.release();
      logits.push(after);
    }
    const [cached, whole] = logits;
    cached!.forEach((values, step) => expect(largestDifference(values, whole![step]!)).toBeLessThan(tolerance));
  });

  it.each(folders)('are those of the request in a tree of requests: %s', async (name) => {
    const ids = idsOf(name);
    const [prefix, left, right] = [ids.slice(0, 6), ids.slice(6, 12), ids.slice(20, 26)];
    const executor = await openExecutor(sharedPath(`${root}/${name}`));
    const { logProbabilities } = await executor.run(treeBatch(prefix, left, right));
    for (const [branch, at] of [left, right].map((tokens, index) => [tokens, index * left.length] as const)) {
      const { nextLogProbabilities } = await runSequence(executor, [...prefix, ...branch]);
      const ofBranch = logProbabilities.subarray(at + 1, at + left.length);
      expect(largestDifference(ofBranch, nextLogProbabilities.subarray(prefix.length))).toBeLessThan(tolerance);
    }
    await executor.release();
  });
});

/** One row: a prefix and two continuations of equal length, asked for every token of the continuations. */
function treeBatch(prefix: readonly number[], left: readonly number[], right: readonly number[]): PackedBatch {
  const tokens = [...prefix, ...left, ...right];
  const [start, length] = [prefix.length, left.length];
  const branch = (token: number): number => (token < start ? 0 : Math.floor((token - start) / length));
  const before = (token: number): number => (token === start + length ? start - 1 : token - 1);
  const targets = tokens.flatMap((_, token) => (token < start ? [] : [token]));
  return {
    rows: 1,
    rowLength: tokens.length,
    tokenIds: Int32Array.from(tokens),
    positions: Int32Array.from(tokens, (_, token) => token - branch(token) * length),
    subtreeEnds: Int32Array.from(tokens, (_, token) =>
      token < start ? tokens.length : start + (branch(token) + 1) * length,
    ),
    scoredTokens: Int32Array.from(tokens, (_, token) => token),
    targetRows: Int32Array.from(targets, before),
    targetIds: Int32Array.from(targets, (token) => tokens[token]!),
  };
}
