/**
 * Gemma 2 (arXiv 2408.00118): Gemma with norms before and behind each block, a window in every other layer, soft caps on
 * attention scores and logits, and a scale of the scores that the config gives. Reference: Gemma2ForCausalLM of
 * transformers 5.23.0. Differs from it in refusing a config without one of these numbers; null caps are none.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { positiveNumber, readFields } from '../config-fields.ts';
import type { LayerNorms } from '../layers/decoder-layer.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { type LayerWindows, readWindows, windowOf } from '../layers/layer-windows.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { readWholeHeadRope } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';
import {
  gemmaAttention,
  type GemmaConfig,
  gemmaEmbeddingScale,
  gemmaNorm,
  type GemmaSizes,
  readGemmaSizes,
} from './gemma.ts';

export interface Gemma2Config extends GemmaConfig {
  readonly windows: LayerWindows;
  /** Factor on the attention scores. */
  readonly scoreScale: number;
  /** Bounds of scores and logits; none when absent. */
  readonly scoreCap?: number;
  readonly logitCap?: number;
}

const schema = z.object({
  query_pre_attn_scalar: positiveNumber,
  attn_logit_softcapping: positiveNumber.nullable(),
  final_logit_softcapping: positiveNumber.nullable(),
});

export const gemma2: ModelFamily<Gemma2Config> = layeredFamily<Gemma2Config>({
  modelTypes: ['gemma2'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const sizes = readGemmaSizes(config, file, { stored, activation: 'hidden_activation' });
    const { attn_logit_softcapping: scoreCap, final_logit_softcapping: logitCap } = fields;
    return {
      ...sizes,
      rope: readWholeHeadRope(config, { file, ...sizes }),
      windows: readWindows(config, { file, ...sizes }, (layer) => layer % 2 === 0),
      scoreScale: fields.query_pre_attn_scalar ** -0.5,
      ...(scoreCap === null ? {} : { scoreCap }),
      ...(logitCap === null ? {} : { logitCap }),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { rope, headSize, windows, scoreScale: scale, scoreCap } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...gemmaAttention(config),
        rotary: rotaryFrequencies(rope, headSize),
        scores: { scale, ...windowOf(windows, index), ...(scoreCap === undefined ? {} : { softCap: scoreCap }) },
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: normsAround(config, module),
    };
  },

  finalNorm: (config) => gemmaNorm('model.norm', config),
  embeddingScale: gemmaEmbeddingScale,
  logitCap: ({ logitCap }) => logitCap,
});

/** Norms of the input and of the output of both blocks. */
export function normsAround(config: GemmaSizes, module: string): Required<LayerNorms> {
  return {
    beforeAttention: gemmaNorm(`${module}.input_layernorm`, config),
    afterAttention: gemmaNorm(`${module}.post_attention_layernorm`, config),
    beforeMlp: gemmaNorm(`${module}.pre_feedforward_layernorm`, config),
    afterMlp: gemmaNorm(`${module}.post_feedforward_layernorm`, config),
  };
}
