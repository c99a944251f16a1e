/**
 * Mistral 7B and its successors (arXiv 2310.06825): LLaMA with a window of the last tokens, in every layer or in those that
 * `layer_types` names, unless there is none. Reference: MistralForCausalLM and MinistralForCausalLM of transformers 5.23.0,
 * whose AutoConfig takes a "mistral" with layer types for a "ministral". Differs from it in refusing a config without
 * `sliding_window` or `num_key_value_heads`, where the reference takes 4096 and 8; null is read as there.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type GatedDecoderConfig, readDecoderFields } from '../layers/decoder-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { type LayerWindows, readWindows, windowOf } from '../layers/layer-windows.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';

export interface MistralConfig extends GatedDecoderConfig {
  readonly normEpsilon: number;
  readonly rope: RopeSettings;
  readonly windows: LayerWindows;
}

const schema = z.object({
  num_key_value_heads: positiveInteger.nullable(),
  rms_norm_eps: positiveNumber,
  sliding_window: positiveInteger.nullable(),
});

export const mistral: ModelFamily<MistralConfig> = layeredFamily<MistralConfig>({
  modelTypes: ['mistral', 'ministral'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const decoder = readDecoderFields(config, file, stored);
    return {
      ...decoder,
      normEpsilon: fields.rms_norm_eps,
      rope: readWholeHeadRope(config, { file, ...decoder }),
      windows: readWindows(config, { file, ...decoder }, () => fields.sliding_window !== null),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { rope, headSize, windows } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        scores: windowOf(windows, index),
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
