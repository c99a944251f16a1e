/**
 * OLMo (arXiv 2402.00838): LLaMA with layer norms that have no weights, and bounds on queries, keys and values in the
 * larger models. Reference: OlmoForCausalLM of transformers 5.23.0.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveNumber, readFields } from '../config-fields.ts';
import { type GatedDecoderConfig, readDecoderFields } from '../layers/decoder-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { plainLayerNorm } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';

export interface OlmoConfig extends GatedDecoderConfig {
  /** Whether q, k, v and o have biases. */
  readonly attentionBias: boolean;
  readonly rope: RopeSettings;
  /** Bound on the magnitudes of queries, keys and values; none when absent. */
  readonly clip?: number;
}

/** No field of the config. */
const norm = { epsilon: 1e-5 };

const schema = z.object({
  attention_bias: flag.nullish(),
  clip_qkv: positiveNumber.nullish(),
});

export const olmo: ModelFamily<OlmoConfig> = layeredFamily<OlmoConfig>({
  modelTypes: ['olmo'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const decoder = readDecoderFields(config, file, stored);
    return {
      ...decoder,
      attentionBias: fields.attention_bias ?? false,
      rope: readWholeHeadRope(config, { file, ...decoder }),
      ...(fields.clip_qkv ? { clip: fields.clip_qkv } : {}),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { attentionBias, rope, headSize } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        biases: { queryKeyValue: attentionBias, output: attentionBias },
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: {
        beforeAttention: plainLayerNorm(`${module}.input_layernorm`, norm),
        beforeMlp: plainLayerNorm(`${module}.post_attention_layernorm`, norm),
      },
    };
  },

  finalNorm: () => plainLayerNorm('model.norm', norm),
});
