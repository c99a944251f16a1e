/**
 * GPT-NeoX and Pythia: rotary positions on a part of each head, attention and MLP side by side or one after the other.
 * Reference: GPTNeoXForCausalLM of transformers 5.23.0. Differs from it in refusing a config that lacks a size.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, DecoderConfig, ModelFamily, RotaryOptions } from '@linchpin/plugin-api';
import { z } from 'zod';
import { type AttentionHeads, readHeads } from '../attention-heads.ts';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from '../embedding-weights.ts';
import { type ActivationName, activationName, layActivation } from '../layers/activation-functions.ts';
import { splitGrouped } from '../layers/fused-heads.ts';
import {
  fusedLayerProducts,
  type ListedProduct,
  listTensors,
  ofLayers,
  productMembers,
} from '../layers/layer-products.ts';
import { readRopeSettings, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';
import { readPrefix } from '../tensor-prefix.ts';

export interface GptNeoxConfig extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  /** What the names of all tensors but the output head's begin with. */
  readonly prefix: string;
  readonly innerSize: number;
  readonly normEpsilon: number;
  readonly activation: ActivationName;
  /** Whether the products of attention have biases; those of the MLP always have. */
  readonly attentionBias: boolean;
  /** Whether the MLP looks at the layer's input, not at what attention makes of it. */
  readonly isParallel: boolean;
  readonly rope: RopeSettings;
}

const schema = z
  .object({
    vocab_size: positiveInteger,
    hidden_size: positiveInteger,
    intermediate_size: positiveInteger,
    num_hidden_layers: positiveInteger,
    num_attention_heads: positiveInteger,
    max_position_embeddings: positiveInteger,
    layer_norm_eps: positiveNumber,
    hidden_act: activationName,
    rotary_pct: positiveNumber.nullish(),
    rotary_emb_base: positiveNumber.nullish(),
    use_parallel_residual: flag.nullish(),
    attention_bias: flag.nullish(),
    tie_word_embeddings: flag.nullish(),
  })
  .refine(({ rotary_pct: share, hidden_size: width, num_attention_heads: heads }) => isEvenPart(share, width / heads), {
    path: ['rotary_pct'],
    error: 'a share of up to 1 that is an even number of the channels of a head',
  });

/** Share of each head that is rotated where the config does not say. */
const defaultRotaryShare = 0.25;

export const gptNeox: ModelFamily<GptNeoxConfig> = {
  modelTypes: ['gpt_neox'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const prefix = readPrefix(['gpt_neox.', ''], stored);
    const heads = readHeads(fields, file);
    const contextLength = fields.max_position_embeddings;
    const { rotary_pct: share, rotary_emb_base: base } = fields;
    const ownNames = { ...(share ? { partial_rotary_factor: share } : {}), ...(base ? { rope_theta: base } : {}) };
    const rope = readRopeSettings(
      { ...config, partial_rotary_factor: config['partial_rotary_factor'] ?? defaultRotaryShare, ...ownNames },
      { file, contextLength, headSize: heads.headSize },
    );
    return {
      prefix,
      layers: fields.num_hidden_layers,
      hiddenSize: fields.hidden_size,
      vocabularySize: fields.vocab_size,
      contextLength,
      innerSize: fields.intermediate_size,
      normEpsilon: fields.layer_norm_eps,
      activation: fields.hidden_act,
      attentionBias: fields.attention_bias ?? true,
      isParallel: fields.use_parallel_residual ?? true,
      ...heads,
      rope,
      ...readEmbeddings(fields.tie_word_embeddings ?? false, stored, {
        embedding: `${prefix}embed_in.weight`,
        head: 'embed_out.weight',
      }),
    };
  },

  tensors(config) {
    const ofLayer = ['input_layernorm', 'post_attention_layernorm'];
    const inLayers = ofLayers(config, (_, layer) => ofLayer.map((norm) => `layers.${layer}.${norm}`));
    const norms = [...inLayers, 'final_layer_norm'].map((norm) => `${config.prefix}${norm}`);
    return listTensors(config, { norms, products });
  },

  isLeftover: (name) =>
    /^(?:gpt_neox\.)?layers\.\d+\.attention\.(?:bias|masked_bias|rotary_emb\.inv_freq)$/.test(name) ||
    name === 'embed_out.weight',

  ...productMembers(products),

  layerModule: ({ prefix }, layer) => `${prefix}layers.${layer}`,

  build(config, decoder) {
    const { prefix, headSize, normEpsilon: epsilon } = config;
    const rotary = { headSize, ...rotaryFrequencies(config.rope, headSize) };
    let x = decoder.embed(config.embeddingWeight); // [tokens, hidden]
    for (let layer = 0; layer < config.layers; layer++) x = layLayer(config, decoder, { layer, rotary, x });
    return decoder.head(config.headWeight, decoder.layerNorm(`${prefix}final_layer_norm`, x, { epsilon }));
  },
};

/** Rotary positions turn channels in pairs. */
function isEvenPart(share: number | null | undefined, headSize: number): boolean {
  return share === null || share === undefined || (share <= 1 && Math.floor(headSize * share) % 2 === 0);
}

interface LayerInput {
  readonly layer: number;
  readonly rotary: Omit<RotaryOptions, 'heads'>;
  readonly x: Value;
}

function layLayer(config: GptNeoxConfig, decoder: DecoderBuilder, { layer, rotary, x }: LayerInput): Value {
  const { heads, keyValueHeads, headSize, normEpsilon: epsilon } = config;
  const bias = { bias: config.attentionBias };
  const add = (a: Value, b: Value): Value => decoder.graph.apply('Add', [a, b]);
  const name = `${config.prefix}layers.${layer}`;
  const entering = decoder.site(`${name}.input`, x);
  const attention = { heads, keyValueHeads, headSize, site: `${name}.attention` };
  const normed = decoder.layerNorm(`${name}.input_layernorm`, entering, { epsilon });
  const fused = decoder.linear(`${name}.attention.query_key_value`, normed, bias);
  const [query, key, value] = splitGrouped(decoder, { ...attention, fused });
  const rotate = (part: Value): Value => decoder.rotary(part, { heads, ...rotary });
  const mixed = decoder.attention(rotate(query), rotate(key), value, attention);
  // Behind the last attention every token is by itself, and only those that are scored are needed.
  const [residual, attended] = layer === config.layers - 1 ? decoder.keepScored([entering, mixed]) : [entering, mixed];
  const between = add(residual!, decoder.linear(`${name}.attention.dense`, attended!, bias));
  if (!config.isParallel) decoder.halfway(name, between);
  const mlpInput = config.isParallel ? residual! : between;
  const mlp = layMlp(config, decoder, { name, x: mlpInput });
  return decoder.site(`${name}.output`, add(between, mlp));
}

function layMlp(
  { activation, normEpsilon: epsilon }: GptNeoxConfig,
  decoder: DecoderBuilder,
  { name, x }: { readonly name: string; readonly x: Value },
): Value {
  const normed = decoder.layerNorm(`${name}.post_attention_layernorm`, x, { epsilon });
  const inner = decoder.linear(`${name}.mlp.dense_h_to_4h`, normed, { bias: true });
  return decoder.linear(`${name}.mlp.dense_4h_to_h`, layActivation(decoder.graph, activation, inner), { bias: true });
}

function products(config: GptNeoxConfig, layer: number): ListedProduct[] {
  return fusedLayerProducts(`${config.prefix}layers.${layer}`, config, {
    attention: 'attention',
    queryKeyValue: 'attention.query_key_value',
    attentionOutput: 'attention.dense',
    mlpInput: 'mlp.dense_h_to_4h',
    mlpOutput: 'mlp.dense_4h_to_h',
    norms: { attention: 'input_layernorm', mlp: 'post_attention_layernorm' },
    biases: { attention: config.attentionBias, mlp: true },
  });
}
