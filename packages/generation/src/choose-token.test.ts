import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greedy, keptIds, sampler } from './choose-token.ts';
import { idsByLikelihood, likeliest } from './likeliest.ts';
import { softmax } from './softmax.ts';

const someLogits = fc.float32Array({ minLength: 1, maxLength: 40, min: -20, max: 20, noNaN: true });
const draws = (choose: (logits: Float32Array) => number, logits: Float32Array, count: number): number[] =>
  Array.from({ length: count }, () => choose(logits));

describe('greedy', () => {
  it('takes the likeliest, the first on ties', () => {
    expect(greedy(Float32Array.of(1, 3, 2, 3))).toBe(1);
    expect(greedy(Float32Array.of(-5))).toBe(0);
  });
});

describe('sampler', () => {
  it('is greedy with top-k 1, and with a top-p that the likeliest reaches alone', () => {
    fc.assert(
      fc.property(someLogits, fc.nat(), (logits, seed) => {
        expect(sampler({ topK: 1, temperature: 3, seed })(logits)).toBe(greedy(logits));
        expect(sampler({ topP: 1e-9, seed })(logits)).toBe(greedy(logits));
      }),
    );
  });

  it('repeats its draws with a seed, and not with another', () => {
    const logits = new Float32Array(50);
    const first = draws(sampler({ seed: 7 }), logits, 20);
    expect(draws(sampler({ seed: 7 }), logits, 20)).toEqual(first);
    expect(draws(sampler({ seed: 8 }), logits, 20)).not.toEqual(first);
  });

  it('keeps the fewest ids that reach top-p, of those that top-k has left', () => {
    fc.assert(
      fc.property(
        someLogits,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (logits, topP, topK) => {
          const probabilities = softmax(logits);
          const sorted = idsByLikelihood(logits);
          const before = keptIds(sorted, probabilities, { topK, topP: undefined });
          expect(before.length).toBe(Math.min(topK, logits.length));
          const mass = (ids: Int32Array): number => ids.reduce((sum, id) => sum + probabilities[id]!, 0);
          const kept = keptIds(sorted, probabilities, { topK, topP });
          // The sums are taken in two orders at most: 1e-12 is far above their rounding.
          expect(mass(kept)).toBeGreaterThanOrEqual(topP * mass(before) - 1e-12);
          if (kept.length > 1 && topP < 1) expect(mass(kept.subarray(0, -1))).toBeLessThan(topP * mass(before));
          expect([...kept]).toEqual([...before.subarray(0, kept.length)]);
        },
      ),
    );
  });

  it('draws ids as often as they are likely', () => {
    const logits = Float32Array.from([0.5, 0.3, 0.2], Math.log);
    const count = 20_000;
    const shares = (ids: readonly number[]): number[] =>
      [0, 1, 2].map((id) => ids.filter((other) => other === id).length / count);
    // Four standard errors of a share, at most sqrt(0.25 / 20 000) each, are 0.014.
    const plain = shares(draws(sampler({ seed: 1 }), logits, count));
    [0.5, 0.3, 0.2].forEach((share, id) => expect(Math.abs(plain[id]! - share)).toBeLessThan(0.014));
    // At temperature 0.5 probabilities are squared; top-k 2 leaves 0.25 and 0.09.
    const cut = shares(draws(sampler({ seed: 1, temperature: 0.5, topK: 2 }), logits, count));
    [0.25 / 0.34, 0.09 / 0.34, 0].forEach((share, id) => expect(Math.abs(cut[id]! - share)).toBeLessThan(0.014));
  });

  it.each([
    { temperature: 0 },
    { temperature: -1 },
    { temperature: NaN },
    { topK: 0 },
    { topK: 1.5 },
    { topP: 0 },
    { topP: 1.1 },
  ])('refuses %o', (settings) => {
    expect(() => sampler({ ...settings, seed: 0 })).toThrow(
      expect.objectContaining({ code: 'generation/setting-out-of-range' }),
    );
  });
});

describe('likeliest', () => {
  it('gives ids with their probabilities, ties in the order of the ids', () => {
    const top = likeliest(Float32Array.from([0.1, 0.4, 0.1, 0.4], Math.log), 3);
    expect(top.map(({ id }) => id)).toEqual([1, 3, 0]);
    top.forEach(({ probability }, rank) => expect(probability).toBeCloseTo([0.4, 0.4, 0.1][rank]!, 6));
    expect(likeliest(Float32Array.of(1, 2), 5)).toHaveLength(2);
  });

  it('refuses logits that are no numbers', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(() => likeliest(Float32Array.of(0, value), 1)).toThrow(
        expect.objectContaining({ code: 'generation/non-finite' }),
      );
    }
  });
});
