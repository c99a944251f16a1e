import { describe, expect, it } from 'vitest';
import {
  type CostedShape,
  doublingEfficiency,
  llama7b,
  operationsOf,
  perplexityCount,
  speedOnCores,
} from './estimate.ts';

const shape: CostedShape = { layers: 2, hidden: 4, keyValueShare: 0.5, intermediate: 8, vocabulary: 10 };

function counts(tokensComputed: number, scoredTokens: number, attendedPairs: number) {
  return { tokensAsked: 0, tokensComputed, scoredTokens, attendedPairs };
}

describe('operationsOf', () => {
  it('counts q, k, v of every layer and what is behind the last attention only where it is read', () => {
    // q 16, k and v 8 each; o 16, gate, up and down 32 each; head 40.
    expect(operationsOf(counts(1, 0, 0), shape).weights).toBe(2 * (2 * 32 + 112));
    expect(operationsOf(counts(0, 1, 0), shape).weights).toBe(2 * (112 + 40));
  });

  it('counts two products a pair, layer and channel in attention', () => {
    expect(operationsOf(counts(0, 0, 3), shape).attention).toBe(2 * 2 * 2 * 4 * 3);
  });

  it('is two operations a weight of LLaMA-7B where every token is read', () => {
    // 6 738 415 616 parameters, of which the input embedding (32000 × 4096) and 65 norms are in no product.
    const weights = 6_738_415_616 - 32_000 * 4096 - 65 * 4096;
    expect(operationsOf(counts(1, 1, 0), llama7b).weights).toBe(2 * weights);
  });
});

describe('perplexityCount', () => {
  it('has the windows of both corpora', () => {
    expect(perplexityCount()).toMatchObject({ items: 422, tokensComputed: 864_256, attendedPairs: 422 * 2048 ** 2 });
  });
});

describe('speedOnCores', () => {
  it('gives back what was measured', () => {
    const scaling = { one: 100, all: 300, threads: 4 };
    expect(speedOnCores(1, scaling)).toBe(100);
    expect(speedOnCores(4, scaling)).toBeCloseTo(300, 9);
  });

  it('does not take a disturbed measurement for more than twice the speed', () => {
    expect(doublingEfficiency({ one: 100, all: 210, threads: 2 })).toBe(1);
  });

  it('loses the same share with every doubling', () => {
    const scaling = { one: 100, all: 180, threads: 2 };
    expect(doublingEfficiency(scaling)).toBeCloseTo(0.9, 12);
    expect(speedOnCores(16, scaling)).toBeCloseTo(100 * 1.8 ** 4, 9);
  });
});
