/**
 * Qwen3's mixtures (arXiv 2505.09388): Qwen3 with a mixture of experts in some layers, all of them unless the config says
 * otherwise. Reference: Qwen3MoeForCausalLM of transformers 5.23.0.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveInteger, readFields } from '../config-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { windowOf } from '../layers/layer-windows.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { type MixtureFields, readMixture } from '../layers/mixture-fields.ts';
import { mixtureOfExperts } from '../layers/mixture-of-experts.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { hasExperts, readSparseLayers, type SparseLayers } from '../layers/sparse-layers.ts';
import { rotaryFrequencies } from '../rope.ts';
import { qwen3, type Qwen3Config } from './qwen3.ts';

export interface Qwen3MoeConfig extends Qwen3Config, MixtureFields, SparseLayers {
  readonly expertSize: number;
  /** Whether the weights of a token's experts are made to sum to 1. */
  readonly renormalised: boolean;
}

const schema = z.object({ moe_intermediate_size: positiveInteger, norm_topk_prob: flag.nullish() });

export const qwen3Moe: ModelFamily<Qwen3MoeConfig> = layeredFamily<Qwen3MoeConfig>({
  modelTypes: ['qwen3_moe'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    return {
      // Unlike in the dense models a window that is switched on is one of every layer.
      ...qwen3.readConfig({ ...config, layer_types: null, max_window_layers: 0 }, file, stored),
      ...readMixture(config, file, { experts: 'num_experts', alias: 'num_local_experts' }),
      ...readSparseLayers(config, file),
      expertSize: fields.moe_intermediate_size,
      renormalised: fields.norm_topk_prob ?? false,
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { activation, attentionBias, expertSize, hiddenSize, normEpsilon: epsilon, rope, headSize, windows } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        biases: { queryKeyValue: attentionBias, output: attentionBias },
        queryKeyNorm: { span: 'head', epsilon },
        scores: windowOf(windows, index),
      }),
      mlp: hasExperts(config, index)
        ? mixtureOfExperts(`${module}.mlp`, {
            ...config,
            expert: (name) => gatedMlp(name, { hiddenSize, intermediateSize: expertSize, activation }),
          })
        : gatedMlp(`${module}.mlp`, config),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
