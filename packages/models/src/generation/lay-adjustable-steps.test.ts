import type { ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { describe, expect, it } from 'vitest';
import { llama } from '../families/llama.ts';
import { mixtral } from '../families/mixtral.ts';
import type { DecoderCheckpoint } from '../plan-checkpoint.ts';
import { layAdjustableSteps } from './lay-adjustable-steps.ts';
import { rowInputs } from './run-time-rows.ts';

const fields = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 4,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  tie_word_embeddings: true,
};

/** Tensors in a file that need not exist: laying reads no weight. */
function checkpointOf(family: ModelFamily, more: object): DecoderCheckpoint {
  const config = family.readConfig({ ...fields, ...more }, 'config.json', new Set());
  const tensors = family.tensors(config).map(({ name, shape }): [string, StoredTensor] => {
    const length = 4 * shape.reduce((product, size) => product * size, 1);
    return [name, { name, dtype: 'F32', shape, file: '/cache/weights', offset: 0, length }];
  });
  return { family, config, tensors: new Map(tensors) };
}

describe('layAdjustableSteps', () => {
  it('takes rows of every matrix of the layers, and shows every layer', async () => {
    const { graph, matrices, layers } = await layAdjustableSteps(checkpointOf(llama, { model_type: 'llama' }));
    expect(matrices).toHaveLength(14);
    expect(matrices.at(-1)).toEqual({
      module: 'model.layers.1.mlp.down_proj',
      layer: 1,
      role: 'mlp-output',
      shape: [8, 12],
      unedited: 'unedited:model.layers.1.mlp.down_proj',
    });
    const rows = graph.inputs.filter(({ name }) => (Object.values(rowInputs) as string[]).includes(name));
    expect(rows.map(({ shape }) => shape)).toEqual([
      [14, 'slots'],
      [14, 'slots'],
      ['fed', 12],
      [14, 'slots'],
    ]);
    const outputs = graph.outputs.map(({ name }) => name);
    expect(layers).toHaveLength(2);
    for (const layer of layers) expect(outputs).toEqual(expect.arrayContaining(Object.values(layer)));
  });

  it('refuses a mixture of experts by name', async () => {
    const more = { model_type: 'mixtral', num_local_experts: 4, num_experts_per_tok: 2 };
    await expect(layAdjustableSteps(checkpointOf(mixtral, more))).rejects.toMatchObject({
      code: 'models/not-adjustable',
    });
  });
});
