/**
 * Gemma 3 (arXiv 2503.19786), the language models: Gemma 2 with norms of queries and keys instead of capped scores, and a
 * window in five of six layers, which have rotary positions of a base of their own. Reference: Gemma3ForCausalLM of
 * transformers 5.23.0. Differs from it in refusing a config without `query_pre_attn_scalar`.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { type LayerKindRopes, readLayerKindRopes } from '../layers/layer-kind-ropes.ts';
import { type LayerWindows, readWindows, windowOf } from '../layers/layer-windows.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { rotaryFrequencies } from '../rope.ts';
import { gemmaAttention, gemmaEmbeddingScale, gemmaNorm, type GemmaSizes, readGemmaSizes } from './gemma.ts';
import { normsAround } from './gemma2.ts';

export interface Gemma3Config extends GemmaSizes {
  readonly ropes: LayerKindRopes;
  readonly windows: LayerWindows;
  /** Factor on the attention scores. */
  readonly scoreScale: number;
  /** Bound of the logits; none when absent. */
  readonly logitCap?: number;
}

const schema = z.object({
  query_pre_attn_scalar: positiveNumber,
  attn_logit_softcapping: z.null('null: scores of this architecture have no cap').optional(),
  final_logit_softcapping: positiveNumber.nullish(),
  sliding_window_pattern: positiveInteger.nullish(),
});

/** Where the config is silent: the last layer of every so many sees all tokens. */
const defaultPattern = 6;

export const gemma3: ModelFamily<Gemma3Config> = layeredFamily<Gemma3Config>({
  modelTypes: ['gemma3_text'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const sizes = readGemmaSizes(config, file, { stored, activation: 'hidden_activation' });
    const { final_logit_softcapping: logitCap, sliding_window_pattern: pattern } = fields;
    return {
      ...sizes,
      ropes: readLayerKindRopes(config, { file, ...sizes }),
      windows: readWindows(config, { file, ...sizes }, (layer) => (layer + 1) % (pattern ?? defaultPattern) !== 0),
      scoreScale: fields.query_pre_attn_scalar ** -0.5,
      ...(logitCap ? { logitCap } : {}),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { ropes, headSize, normEpsilon: epsilon, windows, scoreScale: scale } = config;
    const window = windowOf(windows, index);
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...gemmaAttention(config),
        rotary: rotaryFrequencies(window.window === undefined ? ropes.full : ropes.windowed, headSize),
        queryKeyNorm: { span: 'head', epsilon, weightOffset: 1 },
        scores: { scale, ...window },
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: normsAround(config, module),
    };
  },

  finalNorm: (config) => gemmaNorm('model.norm', config),
  embeddingScale: gemmaEmbeddingScale,
  logitCap: ({ logitCap }) => logitCap,
});
