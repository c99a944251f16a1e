/**
 * Qwen3 (arXiv 2505.09388), the dense models: Qwen2 with an RMS norm of every query's and key's head instead of biases.
 * Reference: Qwen3ForCausalLM of transformers 5.23.0. Differs from it in refusing a config without `head_dim` or
 * `num_key_value_heads`, where the reference takes 128 and 32.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { readDecoderFields } from '../layers/decoder-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { windowOf } from '../layers/layer-windows.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { readWholeHeadRope } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';
import { type Qwen2Config, readQwenWindows } from './qwen2.ts';

export interface Qwen3Config extends Qwen2Config {
  /** Whether q, k, v and o have biases. */
  readonly attentionBias: boolean;
}

const schema = z.object({
  num_key_value_heads: positiveInteger.nullable(),
  head_dim: positiveInteger,
  rms_norm_eps: positiveNumber,
  attention_bias: flag.nullish(),
});

export const qwen3: ModelFamily<Qwen3Config> = layeredFamily<Qwen3Config>({
  modelTypes: ['qwen3'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const decoder = readDecoderFields(config, file, stored);
    return {
      ...decoder,
      normEpsilon: fields.rms_norm_eps,
      attentionBias: fields.attention_bias ?? false,
      rope: readWholeHeadRope(config, { file, ...decoder }),
      windows: readQwenWindows(config, { file, ...decoder }),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { attentionBias, normEpsilon, rope, headSize, windows } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        biases: { queryKeyValue: attentionBias, output: attentionBias },
        queryKeyNorm: { span: 'head', epsilon: normEpsilon },
        scores: windowOf(windows, index),
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
