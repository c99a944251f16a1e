import { expectProblem, testIntervention, toyModel } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';
import { pruneOutliers } from './prune-outliers.ts';

const everyMatrix = ['layers.0.up.weight', 'layers.0.down.weight', 'layers.1.up.weight', 'layers.1.down.weight'];

testIntervention({
  plugin,
  neutral: () => pruneOutliers({ fraction: 0, keep: [] }),
  active: { fraction: 0.1, keep: ['1:2:3'] },
  superWeights: [{ layer: 0, row: 0, column: 0 }],
  allOptions: { fraction: 0.5, keep: ['0:0:0'] },
  usesSuperWeights: true,
  changes: everyMatrix,
});

describe('pruneOutliers', () => {
  it('zeroes trunc(numel · fraction) entries of each matrix, the largest', () => {
    const toy = toyModel();
    const before = new Map([...toy.weights()].map(([name, values]) => [name, values.slice()]));
    void pruneOutliers({ fraction: 0.1, keep: [] }).edit(toy.model);
    for (const [name, values] of toy.weights()) {
      const original = before.get(name)!;
      const zeroed = [...values.keys()].filter((at) => values[at] === 0);
      expect(zeroed.length).toBe(4); // trunc(48 · 0.1)
      const smallestZeroed = Math.min(...zeroed.map((at) => Math.abs(original[at]!)));
      const largestLeft = Math.max(...values.map(Math.abs));
      expect(smallestZeroed).toBeGreaterThan(largestLeft);
    }
  });

  it('takes all that tie with the last one, and keeps what it is told to keep', () => {
    const toy = toyModel();
    toy.model.weight('layers.0.down.weight').map((values) => values.fill(2).set([5, -5, 5, 1]));
    void pruneOutliers({ fraction: 1 / 48, keep: [{ layer: 0, row: 0, column: 1 }] }).edit(toy.model);
    expect(toy.weights().get('layers.0.down.weight')!.slice(0, 5)).toEqual(Float32Array.of(0, -5, 0, 1, 2));
  });

  it('prunes the tensors that it is told to, and no other', () => {
    const toy = toyModel();
    const tensors = ['layers.1.up.weight'];
    const intervention = pruneOutliers({ fraction: 0.1, keep: [], tensors });
    void intervention.edit(toy.model);
    const changed = [...toy.weights()].flatMap(([name, values]) => (values.includes(0) ? [name] : []));
    expect(changed).toEqual(tensors);
    expect(intervention.settings).toEqual({ fraction: 0.1, keep: [], tensors });
  });

  it('leaves a matrix alone of which the fraction is less than one entry', () => {
    const toy = toyModel();
    const before = new Map([...toy.weights()].map(([name, values]) => [name, values.slice()]));
    void pruneOutliers({ fraction: 0.02, keep: [] }).edit(toy.model);
    expect(toy.weights()).toEqual(before);
  });

  it.each([-0.1, 1.5, Number.NaN])('refuses the fraction %s', (fraction) => {
    expectProblem('prune-outliers/invalid-fraction', () => pruneOutliers({ fraction, keep: [] }));
  });
});
