import { describe, expect, it } from 'vitest';
import {
  absoluteRule,
  type CandidateRule,
  findCandidate,
  findCandidates,
  median,
  relativeRule,
} from './candidate-rule.ts';
import type { LayerSpikes } from './layer-spikes.ts';

interface Numbers {
  readonly input: number;
  readonly output: number;
  readonly explained?: number;
  readonly weight?: number;
}

/** Row 3, columns 5 (of the largest input) and 6 (of the largest contribution). */
function layer(index: number, { input, output, explained = 1, weight = 2 }: Numbers): LayerSpikes {
  const scalar = { input, weight, explained };
  return {
    layer: index,
    input: { value: input, token: 0, channel: 5 },
    output: { value: output, token: 0, channel: 3 },
    atLargestInput: { column: 5, ...scalar },
    largest: { column: 6, ...scalar },
  };
}

/** Inputs and outputs of LLaMA-7B: the layers whose values are printed, small ones elsewhere. */
function llama7b(): LayerSpikes[] {
  return Array.from({ length: 32 }, (_, index) => {
    if (index === 2) return layer(2, { input: -560.5, output: 1313 });
    if (index === 30) return layer(30, { input: -73.5, output: -1474, explained: 0.1 });
    return layer(index, { input: 15, output: index === 31 ? 116.6 : 20, explained: 0.2 });
  });
}

describe('findCandidate', () => {
  it('finds the layer of LLaMA-7B by either rule, and not the one that cancels the activation', () => {
    expect(findCandidate(llama7b(), relativeRule)).toMatchObject({ layer: 2, row: 3, column: 6, value: 2 });
    expect(findCandidate(llama7b(), absoluteRule)).toMatchObject({ layer: 2, row: 3, column: 5 });
    const rest = llama7b().filter(({ layer: index }) => index !== 2);
    expect(findCandidate(rest, relativeRule)).toBeUndefined();
    expect(findCandidate(rest, absoluteRule)).toBeUndefined();
  });

  it('needs no scale', () => {
    const small = [0.01, 0.01, 0.2, 0.01].map((value, index) => layer(index, { input: value, output: value }));
    expect(findCandidate(small, relativeRule)?.layer).toBe(2);
    expect(findCandidate(small, absoluteRule)).toBeUndefined();
  });

  it('asks for both spikes, the share, and a weight that is there', () => {
    const quiet = [0, 1, 2].map((index) => layer(index, { input: 1, output: 1 }));
    const fourth = (numbers: Numbers): boolean =>
      findCandidate([...quiet, layer(3, numbers)], relativeRule) !== undefined;
    expect(fourth({ input: 9, output: 9 })).toBe(true);
    expect(fourth({ input: 1, output: 9 })).toBe(false);
    expect(fourth({ input: 9, output: 1 })).toBe(false);
    expect(fourth({ input: 9, output: 9, explained: 0.49 })).toBe(false);
    expect(fourth({ input: 9, output: 9, explained: 1.51 })).toBe(false);
    expect(fourth({ input: 9, output: 9, explained: -1 })).toBe(false);
    expect(fourth({ input: 9, output: 9, weight: 0 })).toBe(false);
  });

  it('never lets a single layer stand out from nothing', () => {
    expect(findCandidate([layer(0, { input: 1e6, output: 1e6 })], relativeRule)).toBeUndefined();
    expect(findCandidate([layer(0, { input: 1e6, output: 1e6 })], absoluteRule)?.layer).toBe(0);
  });

  it('says how far both spikes stand out', () => {
    const profile = [2, 2, 2].map((value, index) => layer(index, { input: value, output: value }));
    const spiked = [...profile, layer(3, { input: 20, output: -60 })];
    expect(findCandidate(spiked, relativeRule)?.ratio).toBe(10);
    const above = (ratio: number): CandidateRule => ({
      ...relativeRule,
      input: { timesOtherLayers: ratio },
      output: { timesOtherLayers: ratio },
    });
    expect(findCandidates(spiked, above(9.9)).map(({ layer: index }) => index)).toEqual([3]);
    expect(findCandidates(spiked, above(10))).toEqual([]);
  });

  it('takes the smallest layer of several', () => {
    const rule: CandidateRule = { ...absoluteRule, input: { above: 1 }, output: { above: 1 } };
    const profile = [5, 1, 7].map((value, index) => layer(index, { input: value, output: value }));
    expect(findCandidate(profile, rule)?.layer).toBe(0);
  });
});

it('median is the middle, or the mean of the middle two', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
});
