/**
 * Gemma (arXiv 2403.08295): LLaMA with an embedding times the root of its width, norm weights that are stored minus 1, and
 * GELU in the MLP's gate. Reference: GemmaForCausalLM of transformers 5.23.0, where "gelu" means its approximation by tanh
 * too. Differs from it in refusing a config without `num_key_value_heads` or `head_dim`.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { readEmbeddings } from '../embedding-weights.ts';
import { activationName } from '../layers/activation-functions.ts';
import { type GatedDecoderConfig, readDecoderFields } from '../layers/decoder-fields.ts';
import type { Norm } from '../layers/decoder-layer.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { rmsNorm } from '../layers/norms.ts';
import { rotaryAttention, type RotaryAttentionOptions } from '../layers/rotary-attention.ts';
import type { JsonObject } from '../read-json.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';

/** What all generations have. */
export interface GemmaSizes extends GatedDecoderConfig {
  readonly normEpsilon: number;
  /** Whether q, k, v and o have biases. */
  readonly attentionBias: boolean;
}

export interface GemmaConfig extends GemmaSizes {
  readonly rope: RopeSettings;
}

const schema = z.object({
  num_key_value_heads: positiveInteger.nullable(),
  head_dim: positiveInteger,
  rms_norm_eps: positiveNumber,
  attention_bias: flag.nullish(),
  tie_word_embeddings: flag.nullish(),
  use_bidirectional_attention: z.literal(false, 'false or null: only causal attention is laid').nullish(),
});

export const gemma: ModelFamily<GemmaConfig> = layeredFamily<GemmaConfig>({
  modelTypes: ['gemma'],

  readConfig(config, file, stored) {
    // The approximation by tanh is meant also where config.json calls it "gelu".
    const named = config['hidden_act'] === 'gelu' ? { ...config, hidden_act: 'gelu_pytorch_tanh' } : config;
    const sizes = readGemmaSizes(named, file, { stored, activation: 'hidden_act' });
    return { ...sizes, rope: readWholeHeadRope(config, { file, ...sizes }) };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...gemmaAttention(config),
        rotary: rotaryFrequencies(config.rope, config.headSize),
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: {
        beforeAttention: gemmaNorm(`${module}.input_layernorm`, config),
        beforeMlp: gemmaNorm(`${module}.post_attention_layernorm`, config),
      },
    };
  },

  finalNorm: (config) => gemmaNorm('model.norm', config),
  embeddingScale: gemmaEmbeddingScale,
});

/** Later generations name the activation in a field of their own. */
export function readGemmaSizes(
  config: JsonObject,
  file: string,
  {
    stored,
    activation,
  }: { readonly stored: ReadonlySet<string>; readonly activation: 'hidden_act' | 'hidden_activation' },
): GemmaSizes {
  const fields = readFields(schema, config, { file });
  const named = readFields(z.object({ [activation]: activationName.nullish() }), config, { file })[activation];
  return {
    ...readDecoderFields({ ...config, hidden_act: named ?? 'gelu_pytorch_tanh' }, file, stored),
    // Silent configs are tied, whatever else is stored.
    ...readEmbeddings(fields.tie_word_embeddings ?? true, stored),
    normEpsilon: fields.rms_norm_eps,
    attentionBias: fields.attention_bias ?? false,
  };
}

/** Sizes and biases of the attention. */
export function gemmaAttention(config: GemmaSizes): Omit<RotaryAttentionOptions, 'rotary'> {
  return { ...config, biases: { queryKeyValue: config.attentionBias, output: config.attentionBias } };
}

/** RMS norm whose weight is stored minus 1. */
export function gemmaNorm(module: string, { hiddenSize, normEpsilon: epsilon }: GemmaSizes): Norm {
  return rmsNorm(module, hiddenSize, { epsilon, weightOffset: 1 });
}

/** In float32, as the reference has it for float32 models; in half precision it rounds the factor to that. */
export function gemmaEmbeddingScale({ hiddenSize }: GemmaSizes): number {
  return Math.sqrt(hiddenSize);
}
