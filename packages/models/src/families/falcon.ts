/**
 * Falcon 7B, 40B, 180B, 11B and the RW models: layer norms, grouped or multi-query attention, rotary positions or ALiBi,
 * attention and MLP side by side or one after the other. Reference: FalconForCausalLM of transformers 5.23.0. Differs
 * from it in refusing a config that lacks a size, and combinations on which it fails itself.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { type AttentionHeads, checkHeadsAreEven, readHeads } from '../attention-heads.ts';
import { withoutAliases } from '../config-aliases.ts';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from '../embedding-weights.ts';
import { type ActivationName, activationName, layActivation } from '../layers/activation-functions.ts';
import { roundedAlibi } from '../layers/alibi.ts';
import { splitGrouped } from '../layers/fused-heads.ts';
import {
  fusedLayerProducts,
  type ListedProduct,
  listTensors,
  ofLayers,
  productMembers,
} from '../layers/layer-products.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';
import { readPrefix } from '../tensor-prefix.ts';

export interface FalconConfig extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  /** What the names of all tensors but the output head's begin with. */
  readonly prefix: string;
  readonly innerSize: number;
  readonly normEpsilon: number;
  readonly activation: ActivationName;
  readonly bias: boolean;
  /** Whether the MLP looks at the layer's input, not at what attention makes of it. */
  readonly isParallel: boolean;
  /** The norms of a layer; one may serve both blocks. */
  readonly norms: { readonly attention: string; readonly mlp: string };
  /** ALiBi where absent. */
  readonly rope: RopeSettings | undefined;
}

const schema = z
  .object({
    vocab_size: positiveInteger,
    hidden_size: positiveInteger,
    num_hidden_layers: positiveInteger,
    num_attention_heads: positiveInteger,
    layer_norm_epsilon: positiveNumber,
    max_position_embeddings: positiveInteger.nullish(),
    ffn_hidden_size: positiveInteger.nullish(),
    num_kv_heads: positiveInteger.nullish(),
    num_ln_in_parallel_attn: z.literal([1, 2], '1 or 2').nullish(),
    activation: activationName.nullish(),
    alibi: flag.nullish(),
    bias: flag.nullish(),
    multi_query: flag.nullish(),
    new_decoder_architecture: flag.nullish(),
    parallel_attn: flag.nullish(),
    tie_word_embeddings: flag.nullish(),
  })
  .refine((fields) => !fields.new_decoder_architecture || (fields.parallel_attn ?? true), {
    path: ['parallel_attn'],
    error: 'true, where new_decoder_architecture is',
  })
  .refine((fields) => fields.num_ln_in_parallel_attn !== 2 || fields.new_decoder_architecture, {
    path: ['num_ln_in_parallel_attn'],
    error: '1, where new_decoder_architecture is not true',
  })
  .refine(
    ({ new_decoder_architecture: isNew, multi_query: isMultiQuery, num_kv_heads: given, num_attention_heads: heads }) =>
      isNew || (isMultiQuery ?? true) || (given ?? heads) === heads,
    {
      path: ['num_kv_heads'],
      error: 'num_attention_heads, where neither multi_query nor new_decoder_architecture is true',
    },
  );

type Fields = z.infer<typeof schema>;

/** That of the reference, and of all published models but one, which says so. */
const publishedContext = 2048;

export const falcon: ModelFamily<FalconConfig> = {
  modelTypes: ['falcon'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, withoutAliases(config, { n_embed: 'hidden_size' }, file), { file });
    const prefix = readPrefix(['transformer.', ''], stored);
    const contextLength = fields.max_position_embeddings ?? publishedContext;
    const heads = readFalconHeads(fields, file);
    if (!fields.alibi) checkHeadsAreEven(fields, heads, file);
    return {
      prefix,
      layers: fields.num_hidden_layers,
      hiddenSize: fields.hidden_size,
      vocabularySize: fields.vocab_size,
      contextLength,
      innerSize: fields.ffn_hidden_size ?? 4 * fields.hidden_size,
      normEpsilon: fields.layer_norm_epsilon,
      activation: fields.activation ?? 'gelu',
      bias: fields.bias ?? false,
      isParallel: fields.parallel_attn ?? true,
      norms: readNorms(fields),
      rope: fields.alibi ? undefined : readWholeHeadRope(config, { file, contextLength, headSize: heads.headSize }),
      ...heads,
      ...readEmbeddings(fields.tie_word_embeddings ?? true, stored, { embedding: `${prefix}word_embeddings.weight` }),
    };
  },

  tensors(config) {
    const ofLayer = [...new Set([config.norms.attention, config.norms.mlp])];
    const inLayers = ofLayers(config, (_, layer) => ofLayer.map((norm) => `h.${layer}.${norm}`));
    return listTensors(config, { norms: [...inLayers, 'ln_f'].map((norm) => `${config.prefix}${norm}`), products });
  },

  isLeftover: (name) =>
    name === 'lm_head.weight' || /^(?:transformer\.)?h\.\d+\.self_attention\.rotary_emb\.inv_freq$/.test(name),

  ...productMembers(products),

  layerModule: ({ prefix }, layer) => `${prefix}h.${layer}`,

  build(config, decoder) {
    const { prefix, normEpsilon: epsilon } = config;
    const place = placeTokens(config, decoder);
    let x = decoder.embed(config.embeddingWeight); // [tokens, hidden]
    for (let layer = 0; layer < config.layers; layer++) x = layLayer(config, decoder, { layer, place, x });
    return decoder.head(config.headWeight, decoder.layerNorm(`${prefix}ln_f`, x, { epsilon }));
  },
};

function readFalconHeads(fields: Fields, file: string): AttentionHeads {
  const isNew = fields.new_decoder_architecture ?? false;
  const shared = (fields.multi_query ?? true) ? 1 : fields.num_attention_heads;
  return readHeads({ ...fields, num_key_value_heads: isNew ? fields.num_kv_heads : shared }, file);
}

function readNorms({
  new_decoder_architecture: isNew,
  num_ln_in_parallel_attn: count,
  parallel_attn: parallel,
}: Fields): FalconConfig['norms'] {
  if (isNew && (count ?? 2) === 2) return { attention: 'ln_attn', mlp: 'ln_mlp' };
  const mlp = (parallel ?? true) ? 'input_layernorm' : 'post_attention_layernorm';
  return { attention: 'input_layernorm', mlp };
}

/** What says where a token is: rotations of queries and keys, or biases on the scores. */
interface Placement {
  readonly rotate: (part: Value, heads: number) => Value;
  readonly biases: { readonly keyBiases?: readonly Float32Array[] };
}

function placeTokens({ rope, heads, headSize, contextLength }: FalconConfig, decoder: DecoderBuilder): Placement {
  if (rope !== undefined) {
    const rotary = { headSize, ...rotaryFrequencies(rope, headSize) };
    return { rotate: (part, count) => decoder.rotary(part, { heads: count, ...rotary }), biases: {} };
  }
  // Scores are scaled behind the addition of the biases here.
  const scale = 2 / Math.sqrt(headSize);
  const keyBiases = roundedAlibi(heads, contextLength).map((biases) => biases.map((bias) => bias * scale));
  return { rotate: (part) => part, biases: { keyBiases } };
}

interface LayerInput {
  readonly layer: number;
  readonly place: Placement;
  readonly x: Value;
}

function layLayer(config: FalconConfig, decoder: DecoderBuilder, { layer, place, x }: LayerInput): Value {
  const { heads, keyValueHeads, headSize, bias, norms, normEpsilon: epsilon } = config;
  const { graph } = decoder;
  const name = `${config.prefix}h.${layer}`;
  const linear = (module: string, input: Value): Value => decoder.linear(`${name}.${module}`, input, { bias });
  const entering = decoder.site(`${name}.input`, x);
  const normed = decoder.layerNorm(`${name}.${norms.attention}`, entering, { epsilon });
  const attention = { heads, keyValueHeads, headSize, site: `${name}.self_attention` };
  const fused = linear('self_attention.query_key_value', normed);
  const [query, key, value] = splitGrouped(decoder, { ...attention, fused });
  const [placedQuery, placedKey] = [place.rotate(query, heads), place.rotate(key, keyValueHeads)];
  const mixed = decoder.attention(placedQuery, placedKey, value, { ...attention, ...place.biases });
  const isShared = norms.mlp === norms.attention;
  const values = isShared ? [entering, mixed, normed] : [entering, mixed];
  // Behind the last attention every token is by itself, and only those that are scored are needed.
  const [residual, attended, shared] = layer === config.layers - 1 ? decoder.keepScored(values) : values;
  const between = graph.apply('Add', [residual!, linear('self_attention.dense', attended!)]);
  const mlpInput = isShared
    ? shared!
    : decoder.layerNorm(`${name}.${norms.mlp}`, config.isParallel ? residual! : between, { epsilon });
  const inner = layActivation(graph, config.activation, linear('mlp.dense_h_to_4h', mlpInput));
  return decoder.site(`${name}.output`, graph.apply('Add', [between, linear('mlp.dense_4h_to_h', inner)]));
}

function products(config: FalconConfig, layer: number): ListedProduct[] {
  return fusedLayerProducts(`${config.prefix}h.${layer}`, config, {
    attention: 'self_attention',
    queryKeyValue: 'self_attention.query_key_value',
    attentionOutput: 'self_attention.dense',
    mlpInput: 'mlp.dense_h_to_4h',
    mlpOutput: 'mlp.dense_4h_to_h',
    norms: config.norms,
    biases: { attention: config.bias, mlp: config.bias },
  });
}
