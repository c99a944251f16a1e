/**
 * Phi-3, Phi-3.5 and Phi-4 of model_type "phi3" (arXiv 2404.14219): LLaMA with queries, keys and values in one product, gate
 * and up in another, rotary positions on a part of each head in some, and longrope (arXiv 2402.13753) for long contexts.
 * Reference: Phi3ForCausalLM of transformers 5.23.0, which chooses factors by the longest sequence of a batch; here every
 * sequence has its own. Differs from it in refusing longrope without `original_max_position_embeddings`.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type GatedDecoderConfig, readDecoderFields } from '../layers/decoder-fields.ts';
import { fusedGatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { readRopeSettings, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';

export interface Phi3Config extends GatedDecoderConfig {
  readonly normEpsilon: number;
  readonly rope: RopeSettings;
  /** Tokens that a token sees, itself among them; all when absent. */
  readonly window?: number;
}

const schema = z.object({
  rms_norm_eps: positiveNumber,
  sliding_window: positiveInteger.nullish(),
  attention_bias: z.literal(false, 'false, for the architecture has no biases').nullish(),
});

export const phi3: ModelFamily<Phi3Config> = layeredFamily<Phi3Config>({
  modelTypes: ['phi3'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const decoder = readDecoderFields(config, file, stored);
    return {
      ...decoder,
      normEpsilon: fields.rms_norm_eps,
      rope: readRopeSettings(config, { file, ...decoder }),
      ...(fields.sliding_window ? { window: fields.sliding_window } : {}),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { rope, headSize, window } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        scores: window === undefined ? {} : { window },
        isFused: true,
      }),
      mlp: fusedGatedMlp(`${module}.mlp`, config),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
