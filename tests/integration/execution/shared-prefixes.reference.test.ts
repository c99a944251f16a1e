/** Two sequences that share their first tokens, in one row: each gets what it gets alone, or is marked as undecided. */
import type { PackedBatch } from '@linchpin/plugin-api';
import { describeShared, largestDifference, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

/** As the checkpoints' README has it. */
const tolerance = 1.5e-4;
const [shared, short, long] = [20, 24, 48];

/** Of the first sequence the first 24 tokens, then of the second what follows the shared ones, 48 in all. */
function branches(first: readonly number[], second: readonly number[]): PackedBatch {
  const tokenIds = [...first.slice(0, short), ...second.slice(shared, long)];
  const rowLength = tokenIds.length;
  const position = (token: number): number => (token < short ? token : token - short + shared);
  const isFirstAlone = (token: number): boolean => token >= shared && token < short;
  const scored = Int32Array.from(tokenIds, (_, token) => token);
  return {
    rows: 1,
    rowLength,
    tokenIds: Int32Array.from(tokenIds),
    positions: scored.map(position),
    subtreeEnds: scored.map((token) => (isFirstAlone(token) ? short : rowLength)),
    scoredTokens: scored,
    // What follows the last shared token in either, then what follows inside the branches.
    targetRows: Int32Array.from([shared - 1, ...range(shared, short - 1), shared - 1, ...range(short, rowLength - 1)]),
    targetIds: Int32Array.from([...first.slice(shared, short), ...second.slice(shared, long)]),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describeShared('sequences that share their beginning', ['golden/families'], () => {
  it.each([
    { name: 'mistral', about: 'a window', isUndecided: false },
    { name: 'gemma3_text', about: 'windows and rotary positions of two kinds', isUndecided: false },
    { name: 'falcon-alibi', about: 'biases by distance', isUndecided: false },
    { name: 'phi3-su', about: 'rotary positions by the length', isUndecided: true },
  ])('$name: $about', async ({ name, isUndecided }) => {
    const { input_ids } = readSharedJson(`golden/families/${name}/expected.json`) as { input_ids: number[][] };
    const first = input_ids[0]!.slice(0, short);
    const second = [...first.slice(0, shared), ...input_ids[1]!.slice(shared, long)];
    const executor = await openExecutor(sharedPath(`golden/families/${name}`));
    const { logProbabilities, unresolved } = await executor.run(branches(first, second));
    const alone = [await runSequence(executor, first), await runSequence(executor, second)];
    await executor.release();
    const [ofFirst, ofSecond] = alone.map(({ nextLogProbabilities }) => nextLogProbabilities.subarray(shared - 1));
    const inFirst = logProbabilities.subarray(0, short - shared);
    expect(largestDifference(logProbabilities.subarray(short - shared), ofSecond!)).toBeLessThan(tolerance);
    expect(unresolved?.slice(shared, short).every((mark) => mark === 1) ?? false).toBe(isUndecided);
    expect(unresolved?.slice(short).some((mark) => mark === 1) ?? false).toBe(false);
    // The shared tokens count as those of the longer one.
    expect(largestDifference(inFirst, ofFirst!) < tolerance).toBe(!isUndecided);
  });
});
