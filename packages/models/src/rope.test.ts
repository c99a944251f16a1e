import { describe, expect, it } from 'vitest';
import { rotaryFrequencies } from './rope.ts';
import type { RopeScaling, YarnRope } from './rope-settings.ts';

const frequencies = (scaling: RopeScaling, { theta = 10_000, headSize = 8, partialRotaryFactor = 1 } = {}) => {
  const { inverseFrequencies, scale } = rotaryFrequencies({ theta, partialRotaryFactor, scaling }, headSize);
  return { frequencies: [...inverseFrequencies], scale };
};

/** Float64 against float64: a few roundings apart. */
const tolerance = 1e-14;

/** Largest relative difference. */
function difference(found: readonly number[], expected: readonly number[]): number {
  return Math.max(
    ...expected.map((value, i) => Math.abs((found[i] ?? Number.NaN) / value - 1)),
    Math.abs(found.length - expected.length),
  );
}

const yarn: YarnRope = {
  type: 'yarn',
  factor: 4,
  originalContextLength: 32,
  betaFast: 32,
  betaSlow: 1,
  truncate: true,
  attentionFactor: undefined,
  mscale: undefined,
  mscaleAllDim: undefined,
};

describe('rotaryFrequencies', () => {
  it('default: theta to the power of minus 2i / head size', () => {
    expect(difference(frequencies({ type: 'default' }).frequencies, [1, 0.1, 0.01, 0.001])).toBeLessThan(tolerance);
    expect(frequencies({ type: 'default' }, { theta: 16, headSize: 4 })).toEqual({ frequencies: [1, 0.25], scale: 1 });
  });

  it('rotates a part of each head, with exponents counted over that part', () => {
    expect(
      difference(
        frequencies({ type: 'default' }, { headSize: 16, partialRotaryFactor: 0.5 }).frequencies,
        [1, 0.1, 0.01, 0.001],
      ),
    ).toBeLessThan(tolerance);
  });

  it('linear: all divided by the factor', () => {
    expect(
      difference(frequencies({ type: 'linear', factor: 4 }).frequencies, [0.25, 0.025, 0.0025, 0.00025]),
    ).toBeLessThan(tolerance);
  });

  it('longrope: every frequency by its factor, with others beyond the original context', () => {
    const scaling: RopeScaling = {
      type: 'longrope',
      shortFactors: [1, 2, 1, 2],
      longFactors: [4, 4, 8, 8],
      originalContextLength: 32,
      attentionFactor: 1.25,
    };
    const { inverseFrequencies, scale, beyond } = rotaryFrequencies(
      { theta: 10_000, partialRotaryFactor: 1, scaling },
      8,
    );
    expect(difference([...inverseFrequencies], [1, 0.05, 0.01, 0.0005])).toBeLessThan(tolerance);
    expect(difference([...beyond!.inverseFrequencies], [0.25, 0.025, 0.00125, 0.000125])).toBeLessThan(tolerance);
    expect([scale, beyond!.scale, beyond!.tokens]).toEqual([1.25, 1.25, 32]);
  });

  it('llama3: short wavelengths stay, long ones are stretched, one between is blended', () => {
    const scaling: RopeScaling = {
      type: 'llama3',
      factor: 8,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalContextLength: 64,
    };
    // Wavelengths are 2π · 1, 10, 100, 1000. Of these 6.28 < 64/4 stays, 628 and 6283 > 64/1 are stretched; 62.8 lies
    // between: 64 / 62.8 = 1.0186 of them fill the context, which is 0.0062 of the way from 1 to 4.
    const share = (6.4 / (2 * Math.PI) - 1) / 3;
    expect(
      difference(frequencies(scaling).frequencies, [1, 0.1 * (share + (1 - share) / 8), 0.01 / 8, 0.001 / 8]),
    ).toBeLessThan(tolerance);
    expect(frequencies(scaling).scale).toBe(1);
  });

  it('yarn: a ramp from kept to stretched', () => {
    // Pair p turns 32 · 10000^(-p/4) / 2π times in the original context: 5.09 times for p = 0, so that beta_fast 32 lies
    // before it and counts as 0; once for p = log(32 / 2π) · 4 / log(10000) = 0.707, which is rounded up to 1.
    const { frequencies: found, scale } = frequencies(yarn);
    expect(difference(found, [1, 0.1 / 4, 0.01 / 4, 0.001 / 4])).toBeLessThan(tolerance);
    expect(scale).toBeCloseTo(0.1 * Math.log(4) + 1, 15);
    const untruncated = frequencies({ ...yarn, originalContextLength: 1024, truncate: false }).frequencies;
    // Now the ramp goes from log(1024 / 64π) · 4 / log(10000) = 0.7068 to log(1024 / 2π) · 4 / log(10000) = 2.2120.
    const [low, high] = [32, 1].map((turns) => (4 * Math.log(1024 / (turns * 2 * Math.PI))) / Math.log(10_000)) as [
      number,
      number,
    ];
    const kept = [1, 2].map((pair) => 1 - (pair - low) / (high - low)) as [number, number];
    expect(
      difference(untruncated, [
        1,
        0.1 * (kept[0] + (1 - kept[0]) / 4),
        0.01 * (kept[1] + (1 - kept[1]) / 4),
        0.001 / 4,
      ]),
    ).toBeLessThan(tolerance);
  });

  it('yarn: the attention factor that is given, or the ratio of two magnitudes', () => {
    expect(frequencies({ ...yarn, attentionFactor: 0.5 }).scale).toBe(0.5);
    expect(frequencies({ ...yarn, mscale: 2 }).scale).toBe(0.1 * Math.log(4) + 1);
    expect(frequencies({ ...yarn, mscale: 2, mscaleAllDim: 0.5 }).scale).toBe(
      (0.2 * Math.log(4) + 1) / (0.05 * Math.log(4) + 1),
    );
    expect(frequencies({ ...yarn, factor: 0.5 }).scale).toBe(1);
  });

  /** From the functions of transformers 5.23.0, modeling_rope_utils.py, run in float64. */
  it.each([
    {
      scaling: { ...yarn, betaFast: 4 },
      settings: { headSize: 16 },
      expected: [
        1, 0.19764235376052372, 0.025, 0.007905694150420948, 0.0025, 0.000790569415042095, 0.00025,
        7.905694150420948e-5,
      ],
      scale: 1.138629436111989,
    },
    {
      scaling: { ...yarn, factor: 40, originalContextLength: 4096, mscale: 1, mscaleAllDim: 0.707, truncate: false },
      settings: { headSize: 16 },
      expected: [
        1, 0.31622776601683794, 0.1, 0.02771085847508042, 0.005524062977468265, 0.0007226383418941808, 2.5e-5,
        7.905694150420947e-6,
      ],
      scale: 1.0857263992561355,
    },
    {
      scaling: { ...yarn, originalContextLength: 64 },
      settings: { headSize: 8, theta: 500_000 },
      expected: [1, 0.009401507732715983, 0.00035355339059327376, 1.3295739742362472e-5],
      scale: 1.138629436111989,
    },
    {
      scaling: {
        type: 'llama3',
        factor: 8,
        lowFrequencyFactor: 1,
        highFrequencyFactor: 4,
        originalContextLength: 64,
      } as const,
      settings: { headSize: 16 },
      expected: [
        1, 0.24438459943539834, 0.013042256043820465, 0.003952847075210474, 0.00125, 0.0003952847075210475, 0.000125,
        3.952847075210474e-5,
      ],
      scale: 1,
    },
  ])('agrees with transformers on $scaling', ({ scaling, settings, expected, scale }) => {
    const found = frequencies(scaling, settings);
    expect(difference(found.frequencies, expected)).toBeLessThan(tolerance);
    expect(found.scale).toBeCloseTo(scale, 14);
  });
});
