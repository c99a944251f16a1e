import { testIntervention, toyModel } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { amplify, amplifyParameter } from './amplify.ts';
import { plugin } from './plugin.ts';

testIntervention({
  plugin,
  neutral: () => amplify({ factor: 1, weights: [] }),
  active: { factor: 2, weights: ['1:2:3'] },
  superWeights: [{ layer: 0, row: 0, column: 0 }],
  allOptions: { factor: 0.5, weights: ['0:0:0'] },
  usesSuperWeights: true,
  required: { factor: 2 },
  changes: ['layers.1.down.weight'],
  parameters: [amplifyParameter],
});

it('multiplies exactly the listed scalars, by a run-time number', () => {
  const toy = toyModel();
  const before = toy.weights().get('layers.1.down.weight')!.slice();
  void amplify({ factor: 1.5, weights: [{ layer: 1, row: 2, column: 3 }] }).edit(toy.model);
  const after = toy.weights().get('layers.1.down.weight')!;
  const at = 2 * 8 + 3;
  expect([...after.keys()].filter((index) => after[index] !== before[index])).toEqual([at]);
  expect(after[at]).toBe(Math.fround(1.5 * before[at]!));
  expect([...toy.parameters.values()]).toEqual([{ name: amplifyParameter, initial: 1.5 }]);
});
