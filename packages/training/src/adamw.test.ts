import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AdamW, type AdamWSettings } from './adamw.ts';
import { clipFactor, gradientNorm } from './gradient-arithmetic.ts';
import type { TrainedValues } from './trained-values.ts';

const plain: AdamWSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

interface Golden {
  readonly steps: readonly {
    readonly settings: AdamWSettings & { readonly learningRate: number; readonly clip: number | null };
    readonly norms: readonly number[];
    /** By step and tensor. */
    readonly values: readonly (readonly (readonly number[])[])[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../test/golden/optimizer.json', import.meta.url), 'utf8')) as Golden;

/** Gradient k of step t, as golden/generate.py gives them. */
const gradientAt = (step: number, place: number): number => Math.fround(Math.sin(3 * step + place)) / 4;

describe('AdamW', () => {
  it('moves by the learning rate at the first step, against the sign of the gradient, whatever its size', () => {
    const trained = { name: 'w', shape: [1, 3], values: Float32Array.of(1, 1, 1) };
    const optimizer = new AdamW([trained], plain);
    optimizer.update([Float32Array.of(0.5, -100, 0)], { learningRate: 0.25, factor: 1 });
    // m̂ = g and v̂ = g², so that the step is lr · g / (|g| + ε).
    expect([...trained.values]).toEqual([0.75, 1.25, 1]);
    expect([...optimizer.moments[0]!.first]).toEqual([Math.fround(0.05), -10, 0]);
    expect(optimizer.moments[0]!.second[1]).toBeCloseTo(10, 4);
  });

  it('decays matrices, and neither biases nor norms', () => {
    const matrix = { name: 'w', shape: [1, 1], values: Float32Array.of(2) };
    const vector = { name: 'b', shape: [1], values: Float32Array.of(2) };
    const still = [new Float32Array(1), new Float32Array(1)];
    new AdamW([matrix, vector], { ...plain, weightDecay: 0.5 }).update(still, { learningRate: 0.5, factor: 1 });
    expect([matrix.values[0], vector.values[0]]).toEqual([1.5, 2]);
  });

  it('changes the blocks of a matrix alone, as it would change them in a matrix that is trained whole', () => {
    const start = Float32Array.from({ length: 16 }, (_, index) => index / 8);
    const whole = { name: 'w', shape: [4, 4], values: start.slice() };
    const blocks = [
      { row: 2, column: 0, rows: 2, columns: 2 },
      { row: 0, column: 2, rows: 2, columns: 2 },
    ];
    const places = [8, 9, 12, 13, 2, 3, 6, 7];
    const part: TrainedValues = { ...whole, values: start.slice(), blocks };
    const optimizers = [new AdamW([whole], plain), new AdamW([part], plain)];
    for (let step = 0; step < 3; step++) {
      const gradient = Float32Array.from({ length: 16 }, (_, place) => gradientAt(step, place));
      optimizers[0]!.update([gradient], { learningRate: 0.01, factor: 1 });
      const update = { learningRate: 0.01, factor: 1 };
      optimizers[1]!.update([Float32Array.from(places, (place) => gradient[place]!)], update);
    }
    const expected = start.map((value, place) => (places.includes(place) ? whole.values[place]! : value));
    expect(part.values).toEqual(expected);
  });

  it.each(golden.steps)('follows torch.optim.AdamW: %o', ({ settings, norms, values }) => {
    const trained: TrainedValues[] = [
      { name: 'matrix', shape: [2, 3], values: Float32Array.from({ length: 6 }, (_, k) => -1 + 0.4 * k) },
      { name: 'vector', shape: [3], values: Float32Array.of(0.5, 1, 1.5) },
    ];
    const optimizer = new AdamW(trained, settings);
    values.forEach((expected, step) => {
      const gradients = [0, 6].map((place, index) =>
        Float32Array.from({ length: index === 0 ? 6 : 3 }, (_, k) => gradientAt(step, place + k)),
      );
      const norm = gradientNorm(gradients);
      expect(norm).toBeCloseTo(norms[step]!, 6);
      const factor = clipFactor(norm, settings.clip ?? undefined);
      optimizer.update(gradients, { learningRate: settings.learningRate, factor });
      // torch computes in float32 throughout; here only what is kept is rounded.
      trained.forEach((each, index) =>
        each.values.forEach((value, k) => expect(Math.abs(value - expected[index]![k]!)).toBeLessThan(1e-6)),
      );
    });
    expect(optimizer.steps).toBe(6);
  });
});

describe('clipping', () => {
  it('leaves gradients within the bound as they are, and brings others to it', () => {
    expect(clipFactor(0.5, 1)).toBe(1);
    expect(clipFactor(100, undefined)).toBe(1);
    expect(4 * clipFactor(4, 1)).toBeCloseTo(1, 6);
  });

  it('takes the norm over all tensors together', () => {
    expect(gradientNorm([Float32Array.of(3, 0), Float32Array.of(0, 4)])).toBe(5);
  });
});
