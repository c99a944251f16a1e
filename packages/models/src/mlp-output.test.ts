import { expect, it } from 'vitest';
import { llama } from './families/llama.ts';
import { requireInside } from './mlp-output.ts';

const config = llama.readConfig(
  {
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    vocab_size: 16,
    max_position_embeddings: 32,
    rms_norm_eps: 1e-5,
  },
  'config.json',
  new Set(),
);
const tensors = new Map(llama.tensors(config).map(({ name, shape }) => [name, { shape }]));
const model = { family: llama, config, tensors };

it('gives back super weights that lie in their matrices, to the last row and column', () => {
  const weights = [
    { layer: 0, row: 0, column: 0 },
    { layer: 1, row: 7, column: 11 },
  ];
  expect(requireInside(model, weights)).toBe(weights);
});

it.each([
  [{ layer: 2, row: 0, column: 0 }, 'models/layer-out-of-range'],
  [{ layer: 1, row: 8, column: 0 }, 'models/coordinates-out-of-range'],
  [{ layer: 1, row: 0, column: 12 }, 'models/coordinates-out-of-range'],
  [{ layer: 1, expert: 0, row: 0, column: 0 }, 'models/expert-out-of-range'],
])('refuses %o', (weight, code) => {
  expect(() => requireInside(model, [{ layer: 0, row: 0, column: 0 }, weight])).toThrow(
    expect.objectContaining({ code }),
  );
});
