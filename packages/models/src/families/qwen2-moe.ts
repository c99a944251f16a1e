/**
 * Qwen1.5-MoE and Qwen2-MoE (arXiv 2407.10671): Qwen2 with a mixture of experts in some layers, and beside it an expert that
 * runs on every token behind a gate. Reference: Qwen2MoeForCausalLM of transformers 5.23.0.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveInteger, readFields } from '../config-fields.ts';
import type { MlpBlock } from '../layers/decoder-layer.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { type MixtureFields, readMixture } from '../layers/mixture-fields.ts';
import { mixtureOfExperts } from '../layers/mixture-of-experts.ts';
import { hasExperts, readSparseLayers, type SparseLayers } from '../layers/sparse-layers.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { windowOf } from '../layers/layer-windows.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { rotaryFrequencies } from '../rope.ts';
import { qwen2, type Qwen2Config, readQwenWindows } from './qwen2.ts';

export interface Qwen2MoeConfig extends Qwen2Config, MixtureFields, SparseLayers {
  readonly expertSize: number;
  readonly sharedExpertSize: number;
  /** Whether the weights of a token's experts are made to sum to 1. */
  readonly renormalised: boolean;
  /** Whether q, k and v have biases. */
  readonly queryKeyValueBias: boolean;
}

const schema = z.object({
  moe_intermediate_size: positiveInteger,
  shared_expert_intermediate_size: positiveInteger,
  norm_topk_prob: flag.nullish(),
  qkv_bias: flag.nullish(),
});

export const qwen2Moe: ModelFamily<Qwen2MoeConfig> = layeredFamily<Qwen2MoeConfig>({
  modelTypes: ['qwen2_moe'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const dense = qwen2.readConfig(config, file, stored);
    return {
      ...dense,
      // Unlike in the dense models: every other layer of those before the given one.
      windows: readQwenWindows(config, { file, ...dense }, (layer, end) => layer % 2 === 0 && layer < end),
      ...readMixture(config, file, { experts: 'num_experts' }),
      ...readSparseLayers(config, file),
      expertSize: fields.moe_intermediate_size,
      sharedExpertSize: fields.shared_expert_intermediate_size,
      renormalised: fields.norm_topk_prob ?? false,
      queryKeyValueBias: fields.qkv_bias ?? true,
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { activation, rope, headSize, hiddenSize, windows, expertSize, sharedExpertSize, queryKeyValueBias } = config;
    const mlp = `${module}.mlp`;
    const experts = (): MlpBlock =>
      mixtureOfExperts(mlp, {
        ...config,
        expert: (name) => gatedMlp(name, { hiddenSize, intermediateSize: expertSize, activation }),
        sharedExpert: (name) => gatedMlp(name, { hiddenSize, intermediateSize: sharedExpertSize, activation }),
      });
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        biases: { queryKeyValue: queryKeyValueBias, output: false },
        scores: windowOf(windows, index),
      }),
      mlp: hasExperts(config, index) ? experts() : gatedMlp(mlp, config),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
