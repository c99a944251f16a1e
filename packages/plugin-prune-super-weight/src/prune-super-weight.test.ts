import { testIntervention, toyModel } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { plugin } from './plugin.ts';
import { pruneSuperWeight } from './prune-super-weight.ts';

testIntervention({
  plugin,
  neutral: () => pruneSuperWeight({ weights: [] }),
  active: { weights: ['1:2:3'] },
  superWeights: [{ layer: 0, row: 0, column: 0 }],
  allOptions: { weights: ['0:0:0'] },
  usesSuperWeights: true,
  changes: ['layers.1.down.weight'],
});

it('names the expert in its settings, so that no result of another one is taken for its own', () => {
  const { settings } = pruneSuperWeight({ weights: [{ layer: 1, expert: 5, row: 2, column: 3 }] });
  expect(settings).toEqual({ weights: [{ layer: 1, expert: 5, row: 2, column: 3 }] });
});

it('sets exactly the listed scalars to zero', () => {
  const toy = toyModel();
  const before = toy.weights().get('layers.1.down.weight')!.slice();
  void pruneSuperWeight({ weights: [{ layer: 1, row: 2, column: 3 }] }).edit(toy.model);
  const after = toy.weights().get('layers.1.down.weight')!;
  expect([...after.keys()].filter((at) => after[at] !== before[at])).toEqual([2 * 8 + 3]);
  expect(after[2 * 8 + 3]).toBe(0);
});
