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
  allOptions: { fraction: 0.5, count: 5, keep: ['0:0:0'] },
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

  it('zeroes the largest of all matrices together, and counts what it keeps for nothing', async () => {
    const entries = (): { value: number; name: string; at: number }[] =>
      [...toyModel().weights()].flatMap(([name, values]) => [...values].map((value, at) => ({ value, name, at })));
    const sorted = entries().toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
    // The largest of an output projection, which is one of the seven.
    const kept = sorted.find(({ name }) => name.includes('down'))!;
    const keep = [{ layer: Number(kept.name.split('.')[1]), row: Math.floor(kept.at / 8), column: kept.at % 8 }];
    const toy = toyModel();
    await pruneOutliers({ count: 7, keep }).edit(toy.model);
    const zeroed = [...toy.weights()].flatMap(([name, values]) =>
      [...values].flatMap((value, at) => (value === 0 ? [`${name} ${at}`] : [])),
    );
    const expected = sorted.filter((entry) => entry.name !== kept.name || entry.at !== kept.at).slice(0, 7);
    expect(zeroed.toSorted()).toEqual(expected.map(({ name, at }) => `${name} ${at}`).toSorted());
  });

  it('zeroes everything that is not kept where there is no more', async () => {
    const toy = toyModel();
    await pruneOutliers({ count: 1000, keep: [{ layer: 0, row: 0, column: 0 }] }).edit(toy.model);
    expect([...toy.weights().values()].flatMap((values) => [...values].filter((value) => value !== 0))).toHaveLength(1);
  });

  it.each([0, 1.5, Number.NaN])('refuses the count %s', (count) => {
    expectProblem('prune-outliers/invalid-count', () => pruneOutliers({ count, keep: [] }));
  });

  it('takes a share or a count, not both', () => {
    const calibration = (): never => expect.fail('not asked for');
    const facts = { superWeights: () => [], calibration, exactIntegers: true };
    const create = (): unknown => plugin.create({ fraction: 0.5, count: 5 }, facts);
    expectProblem('prune-outliers/fraction-and-count', create);
  });

  it.each([-0.1, 1.5, Number.NaN])('refuses the fraction %s', (fraction) => {
    expectProblem('prune-outliers/invalid-fraction', () => pruneOutliers({ fraction, keep: [] }));
  });
});
