/**
 * OLMoE (arXiv 2409.02060): LLaMA with a mixture of experts for an MLP, RMS norms of all queries and of all keys of a token,
 * and bounds on queries, keys and values where the config has `clip_qkv`. Reference: OlmoeForCausalLM of transformers 5.23.0.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveNumber, readFields } from '../config-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { type MixtureFields, readMixture } from '../layers/mixture-fields.ts';
import { mixtureOfExperts } from '../layers/mixture-of-experts.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { rotaryFrequencies } from '../rope.ts';
import { llama, type LlamaConfig } from './llama.ts';

export interface OlmoeConfig extends LlamaConfig, MixtureFields {
  /** Whether the weights of a token's experts are made to sum to 1. */
  readonly renormalised: boolean;
  /** Bound on the magnitudes of queries, keys and values; none when absent. */
  readonly clip?: number;
}

const schema = z.object({ norm_topk_prob: flag.nullish(), clip_qkv: positiveNumber.nullish() });

export const olmoe: ModelFamily<OlmoeConfig> = layeredFamily<OlmoeConfig>({
  modelTypes: ['olmoe'],

  readConfig(config, file, stored) {
    const { norm_topk_prob: renormalised, clip_qkv: clip } = readFields(schema, config, { file });
    return {
      ...llama.readConfig(config, file, stored),
      ...readMixture(config, file, { experts: 'num_experts', alias: 'num_local_experts' }),
      // Its configs have no mlp_bias, and its MLPs no biases.
      mlpBias: false,
      renormalised: renormalised ?? false,
      ...(clip ? { clip } : {}),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { attentionBias, headSize, normEpsilon: epsilon, rope } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        biases: { queryKeyValue: attentionBias, output: attentionBias },
        queryKeyNorm: { span: 'all-heads', epsilon },
      }),
      mlp: mixtureOfExperts(`${module}.mlp`, { ...config, expert: (name) => gatedMlp(name, config) }),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
