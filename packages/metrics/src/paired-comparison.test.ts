import { describe, expect, it } from 'vitest';
import { type PairedToken, PairedTally } from './paired-comparison.ts';

function compare(tokens: readonly PairedToken[]): ReturnType<PairedTally['finish']> {
  const tally = new PairedTally();
  for (const token of tokens) tally.add(token);
  return tally.finish();
}

const token = (p: number, reference: number, klDivergence = 0, isSameTop = true): PairedToken => ({
  klDivergence,
  isSameTop,
  logProbability: Math.log(p),
  referenceLogProbability: Math.log(reference),
});

describe('PairedTally', () => {
  it('finds no difference between a model and itself', () => {
    expect(compare([token(0.5, 0.5), token(0.1, 0.1), token(1, 1)])).toEqual({
      tokens: 3,
      klDivergence: { value: 0, standardError: 0 },
      sameTop: { value: 1, standardError: 0 },
      deltaP: { value: 0, standardError: 0 },
      deltaPRms: { value: 0, standardError: 0 },
      perplexityRatio: { value: 1, standardError: 0 },
    });
  });

  it('averages over tokens', () => {
    const figures = compare([token(0.5, 0.25, 0.1), token(0.5, 1, 0.3, false)]);
    expect(figures.klDivergence.value).toBeCloseTo(0.2, 12);
    expect(figures.sameTop.value).toBe(0.5);
    // Δp = 0.25, −0.5
    expect(figures.deltaP.value).toBeCloseTo(-0.125, 12);
    expect(figures.deltaP.standardError).toBeCloseTo(0.75 / Math.SQRT2 / Math.SQRT2, 12);
    expect(figures.deltaPRms.value).toBeCloseTo(Math.sqrt((0.0625 + 0.25) / 2), 12);
    // ln ratios −ln 2 and ln 2
    expect(figures.perplexityRatio.value).toBeCloseTo(1, 12);
    expect(figures.perplexityRatio.standardError).toBeCloseTo(Math.LN2, 12);
  });

  it('gives the error that variances and covariance of both models give (llama.cpp)', () => {
    const pairs = [
      [0.2, 0.25],
      [0.9, 0.8],
      [0.01, 0.02],
      [0.5, 0.5],
    ] as const;
    const nll = pairs.map(([p]) => -Math.log(p));
    const reference = pairs.map(([, p]) => -Math.log(p));
    // Population moments over n − 1, as llama.cpp's mean_and_uncertainty and covariance.
    const average = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    const covariance = (a: readonly number[], b: readonly number[]): number =>
      (average(a.map((value, index) => value * b[index]!)) - average(a) * average(b)) / (a.length - 1);
    const error = Math.sqrt(covariance(nll, nll) + covariance(reference, reference) - 2 * covariance(nll, reference));
    const { perplexityRatio } = compare(pairs.map(([p, r]) => token(p, r)));
    expect(perplexityRatio.value).toBeCloseTo(Math.exp(average(nll) - average(reference)), 12);
    expect(perplexityRatio.standardError).toBeCloseTo(perplexityRatio.value * error, 12);
  });

  it('has no error of one token, and refuses none', () => {
    expect(compare([token(0.5, 0.25)]).perplexityRatio).toEqual({ value: 0.5, standardError: null });
    expect(() => compare([])).toThrow('internal');
  });
});
