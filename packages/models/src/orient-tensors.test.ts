import { tensorsByName } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { gpt2 } from './families/gpt2.ts';
import { orientTensors } from './orient-tensors.ts';

const fields = { vocab_size: 16, n_embd: 8, n_layer: 1, n_head: 2, n_positions: 32, layer_norm_epsilon: 0.00001 };

it('turns the matrices that a family stores [in, out], and nothing else', () => {
  const config = gpt2.readConfig(fields, 'config.json', new Set());
  const stored = tensorsByName(gpt2, config);
  const oriented = orientTensors(gpt2.tensors(config), stored);
  const name = 'transformer.h.0.mlp.c_proj.weight';
  expect(stored.get(name)).toMatchObject({ shape: [32, 8] });
  expect(oriented.get(name)).toMatchObject({ shape: [8, 32], transposed: true });
  const turned = [...oriented.values()].filter(({ transposed }) => transposed);
  expect(turned.map((tensor) => tensor.name).toSorted()).toEqual(gpt2.layerMatrices(config).toSorted());
  expect([...oriented.keys()]).toEqual([...stored.keys()]);
});
