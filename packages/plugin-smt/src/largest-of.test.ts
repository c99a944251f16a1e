import { expect, it } from 'vitest';
import { blockScores } from './block-scores.ts';
import { type Candidate, largestOf } from './largest-of.ts';

function candidate(projection: string, layer: number, place: readonly [number, number], score: number): Candidate {
  const module = `model.layers.${layer}.${projection}`;
  const [row, column] = place;
  return { matrix: { name: `${module}.weight`, module, layer, shape: [2, 2] }, row, column, score };
}

it('prefers the larger name, layer, row and column among equal scores', () => {
  const ordered = [
    candidate('a_proj', 0, [0, 0], 2),
    candidate('v_proj', 0, [0, 0], 1),
    candidate('q_proj', 10, [0, 0], 1),
    candidate('q_proj', 9, [1, 0], 1),
    candidate('q_proj', 9, [0, 1], 1),
    candidate('q_proj', 9, [0, 0], 1),
  ];
  expect(largestOf(ordered.toReversed(), 6)).toEqual(ordered);
  expect(largestOf(ordered.toReversed(), 2)).toEqual(ordered.slice(0, 2));
});

it('has the statistics under the names of the official code', () => {
  const gradient = Float32Array.of(1, -3, 0, 2, 5, 1, 0, 2); // [2, 4]
  const scores = (statistic: Parameters<typeof blockScores>[2]['statistic']): number[] => [
    ...blockScores(gradient, [2, 4], { block: 2, statistic }),
  ];
  expect(scores('mean_abs')).toEqual([1, 1]);
  expect(scores('abs_mean')).toEqual([2.5, 1]);
  expect(scores('L1')).toEqual([10, 4]);
  expect(scores('L2')).toEqual([6, Math.sqrt(8)]);
});
