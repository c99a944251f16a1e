import type { SuperWeight } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { detectSuperWeights } from './detect-super-weights.ts';
import type { LayerSpikes } from './layer-spikes.ts';

/** Three layers; the weights of row 3 in layer 1 spike one after the other until all are pruned. The input spike stays. */
function profile(columns: readonly number[], pruned: readonly SuperWeight[]): LayerSpikes[] {
  return [0, 1, 2].map((layer) => {
    const column = layer === 1 ? columns.find((each) => !pruned.some((weight) => weight.column === each)) : undefined;
    const isSpike = column !== undefined;
    const scalar = { column: column ?? 0, input: layer === 1 ? 50 : 1, weight: 2, explained: isSpike ? 0.8 : 0.1 };
    return {
      layer,
      input: { value: scalar.input, token: 0, channel: scalar.column },
      output: { value: isSpike ? 100 : 1, token: 0, channel: 3 },
      atLargestInput: scalar,
      largest: scalar,
    };
  });
}

describe('detectSuperWeights', () => {
  it('prunes what it finds and looks again, until the output spike is gone although the input spike is not', async () => {
    const asked: number[] = [];
    const rounds = await detectSuperWeights({
      profile: async (pruned) => {
        asked.push(pruned.length);
        return profile([7, 4], pruned);
      },
    });
    expect(rounds.map(({ found }) => found.map(({ column }) => column))).toEqual([[7], [4], []]);
    expect(asked).toEqual([0, 1, 2]);
    expect(rounds[2]!.profile[1]!.input.value).toBe(50);
  });

  it('ends at its limit, with a last round that has found something', async () => {
    const rounds = await detectSuperWeights({ profile: async (pruned) => profile([7, 4], pruned) }, { limit: 1 });
    expect(rounds.map(({ found }) => found.map(({ column }) => column))).toEqual([[7]]);
  });

  it('has one round where there is nothing', async () => {
    const rounds = await detectSuperWeights({ profile: async (pruned) => profile([], pruned) });
    expect(rounds.map(({ found }) => found)).toEqual([[]]);
  });

  it('takes one of every layer in a round where there is no limit', async () => {
    const both = (pruned: readonly SuperWeight[]): LayerSpikes[] => {
      const layers = profile(
        [7],
        pruned.filter(({ layer }) => layer === 1),
      );
      // Layer 3 spikes as long as layer 1 does.
      const isDriven = pruned.length === 0;
      const driven = profile([7], isDriven ? [] : [{ layer: 1, row: 3, column: 7 }])[1]!;
      return [...layers, { ...driven, layer: 3 }, ...[4, 5, 6].map((layer) => ({ ...layers[0]!, layer }))];
    };
    const rounds = await detectSuperWeights({ profile: async (pruned) => both(pruned) }, { limit: Infinity });
    expect(rounds.map(({ found }) => found.map(({ layer }) => layer))).toEqual([[1, 3], []]);
    const first = await detectSuperWeights({ profile: async (pruned) => both(pruned) });
    expect(first.map(({ found }) => found.map(({ layer }) => layer))).toEqual([[1], []]);
  });
});
