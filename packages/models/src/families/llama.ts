/**
 * LLaMA 1 to 3 and what is published as model_type "llama": RMS norm before each block, rotary positions, grouped-query
 * attention, SwiGLU. Reference: LlamaForCausalLM of transformers 5.23.0. Differs from it in refusing a config that lacks
 * a size, where the reference takes its own default.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveNumber, readFields } from '../config-fields.ts';
import { type GatedDecoderConfig, readDecoderFields } from '../layers/decoder-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';

export interface LlamaConfig extends GatedDecoderConfig {
  readonly normEpsilon: number;
  /** Whether q, k, v and o have biases. */
  readonly attentionBias: boolean;
  /** Whether gate, up and down have biases. */
  readonly mlpBias: boolean;
  readonly rope: RopeSettings;
}

const schema = z.object({
  rms_norm_eps: positiveNumber,
  attention_bias: flag.nullish(),
  mlp_bias: flag.nullish(),
});

export const llama: ModelFamily<LlamaConfig> = layeredFamily<LlamaConfig>({
  modelTypes: ['llama'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const decoder = readDecoderFields(config, file, stored);
    return {
      ...decoder,
      normEpsilon: fields.rms_norm_eps,
      attentionBias: fields.attention_bias ?? false,
      mlpBias: fields.mlp_bias ?? false,
      rope: readWholeHeadRope(config, { file, ...decoder }),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { attentionBias, mlpBias, rope, headSize } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        biases: { queryKeyValue: attentionBias, output: attentionBias },
      }),
      mlp: gatedMlp(`${module}.mlp`, { ...config, bias: mlpBias }),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
