import { describe, expect, it } from 'vitest';
import { pairedBootstrap, pairedTTest } from './paired-differences.ts';

const differences = [0.3, -0.1, 0.25, 0.4, 0.05, -0.02];

describe('pairedTTest', () => {
  it('gives what scipy 1.17.1 gives (ttest_1samp of the differences, sem)', () => {
    const test = pairedTTest(differences)!;
    expect(test.mean).toBeCloseTo(0.14666666666666667, 14);
    expect(test.standardError).toBeCloseTo(0.08089774066341066, 14);
    expect(test.t).toBeCloseTo(1.812988415546724, 12);
    expect(test.p).toBeCloseTo(0.12957306773402477, 12);
  });

  it('finds nothing where all differences are 0, is certain where all are alike, and says nothing of one', () => {
    expect(pairedTTest([0, 0, 0])).toEqual({ mean: 0, standardError: 0, t: 0, p: 1 });
    expect(pairedTTest([1, 1, 1])).toMatchObject({ t: Infinity, p: 0 });
    expect(pairedTTest([1])).toBeNull();
  });
});

describe('pairedBootstrap', () => {
  it("gives the interval that CPython's choices and numpy's quantile give (seed 0, 1000 replicates)", () => {
    const [low, high] = pairedBootstrap(differences, { replicates: 1000 })!;
    expect(low).toBeCloseTo(0.001666666666666667, 14);
    expect(high).toBeCloseTo(0.2916666666666667, 14);
  });

  it('is the same every time, another with another seed, and narrower with less confidence', () => {
    expect(pairedBootstrap(differences)).toEqual(pairedBootstrap(differences));
    const [low, high] = pairedBootstrap(differences, { replicates: 1000 })!;
    const [inner, outer] = pairedBootstrap(differences, { replicates: 1000, confidence: 0.5 })!;
    expect(inner).toBeGreaterThan(low);
    expect(outer).toBeLessThan(high);
    expect(pairedBootstrap(differences, { replicates: 100 })).not.toEqual(
      pairedBootstrap(differences, { replicates: 100, seed: 1 }),
    );
  });

  it('says nothing of one difference, and refuses no replicates', () => {
    expect(pairedBootstrap([1])).toBeNull();
    expect(() => pairedBootstrap([1, 2], { replicates: 0 })).toThrow(
      expect.objectContaining({ code: 'metrics/bad-replicates' }),
    );
  });
});
