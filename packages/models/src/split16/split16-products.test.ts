import type { StoredTensor } from '@linchpin/safetensors';
import { expect, it } from 'vitest';
import type { ExecutedProduct } from '../edit/model-editor.ts';
import { longestSum, split16 } from './lay-split16.ts';
import { safetensors } from '../formats/safetensors.ts';
import { split16Products } from './split16-products.ts';

const lengths = { short: longestSum, long: longestSum + 1 };
const tensors = new Map(
  Object.entries(lengths).map(([module, inner]): [string, StoredTensor] => [
    `${module}.weight`,
    {
      name: `${module}.weight`,
      dtype: 'F32',
      shape: [1, inner],
      file: 'model.safetensors',
      offset: 0,
      length: 4 * inner,
    },
  ]),
);

/** Modules and their executions, where `executed` are others' already. */
function executions(modules: readonly string[], executed: readonly string[]): readonly (readonly [string, string])[] {
  const product: ExecutedProduct = {
    execution: { ...split16, name: 'int8' },
    shape: [1, 1],
    matrix: async () => ({ values: new Float32Array(1), changed: 0 }),
  };
  const products = new Map(executed.map((module) => [module, product]));
  const matrices = modules.map((module) => `${module}.weight`);
  const groups = split16Products({
    matrices,
    tensors,
    reader: safetensors,
    edits: { weights: new Map(), products },
    interventions: [],
  });
  return groups.flatMap((group) => [...group.products].map(([module, { execution }]) => [module, execution.name]));
}

it('leaves what has longer sums than 32 bits hold in float32, and says so', () => {
  expect(executions(['short'], [])).toEqual([['short', 'split16']]);
  expect(executions(['short', 'long'], [])).toEqual([['short', 'split16+float32']]);
  // Nothing is left in float32 where an intervention executes the rest.
  expect(executions(['short', 'long'], ['long'])).toEqual([['short', 'split16']]);
});
