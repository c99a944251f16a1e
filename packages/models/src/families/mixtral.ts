/**
 * Mixtral (arXiv 2401.04088): Mistral with a mixture of experts for an MLP, the weights of the chosen ones made to sum to 1.
 * Reference: MixtralForCausalLM of transformers 5.23.0. Differs from it in refusing a config without the numbers of
 * experts, where the reference takes 8 and 2.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type GatedDecoderConfig, readDecoderFields } from '../layers/decoder-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { mixtureOfExperts } from '../layers/mixture-of-experts.ts';
import { type MixtureFields, readMixture } from '../layers/mixture-fields.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';

export interface MixtralConfig extends GatedDecoderConfig, MixtureFields {
  readonly normEpsilon: number;
  readonly rope: RopeSettings;
  /** Tokens that a token sees, itself among them; all when absent. */
  readonly window?: number;
}

const schema = z.object({
  num_key_value_heads: positiveInteger.nullable(),
  rms_norm_eps: positiveNumber,
  sliding_window: positiveInteger.nullish(),
});

/** Gate, up and down as Mixtral's checkpoints call them. */
const names = { gate: 'w1', up: 'w3', down: 'w2' };

export const mixtral: ModelFamily<MixtralConfig> = layeredFamily<MixtralConfig>({
  modelTypes: ['mixtral'],

  readConfig(config, file, stored) {
    const { rms_norm_eps: normEpsilon, sliding_window: window } = readFields(schema, config, { file });
    const decoder = readDecoderFields(config, file, stored);
    return {
      ...decoder,
      ...readMixture(config, file, { experts: 'num_local_experts', alias: 'num_experts' }),
      normEpsilon,
      rope: readWholeHeadRope(config, { file, ...decoder }),
      ...(window ? { window } : {}),
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
      }),
      mlp: mixtureOfExperts(`${module}.block_sparse_moe`, {
        ...config,
        renormalised: true,
        expert: (name) => gatedMlp(name, { ...config, names }),
      }),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});
