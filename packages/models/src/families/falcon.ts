/**
 * Falcon 7B, 40B, 180B, 11B and the RW models: layer norms, grouped or multi-query attention, rotary positions or ALiBi,
 * attention and MLP side by side or one after the other. Reference: FalconForCausalLM of transformers 5.23.0 with its
 * default attention, sdpa: its eager attention adds ALiBi twice, to the scores and with the mask.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, ModelFamily } from '@linchpin/plugin-api';
import { type FalconConfig, readFalconConfig } from '../falcon-config.ts';
import { layActivation } from '../layers/activation-functions.ts';
import { roundedAlibi } from '../layers/alibi.ts';
import { splitGrouped } from '../layers/fused-heads.ts';
import {
  fusedLayerProducts,
  type ListedProduct,
  listTensors,
  ofLayers,
  productMembers,
} from '../layers/layer-products.ts';
import { rotaryFrequencies } from '../rope.ts';

export const falcon: ModelFamily<FalconConfig> = {
  modelTypes: ['falcon'],

  readConfig: readFalconConfig,

  tensors(config) {
    const ofLayer = [...new Set([config.norms.attention, config.norms.mlp])];
    const inLayers = ofLayers(config, (_, layer) => ofLayer.map((norm) => `h.${layer}.${norm}`));
    return listTensors(config, { norms: [...inLayers, 'ln_f'].map((norm) => `${config.prefix}${norm}`), products });
  },

  isLeftover: (name) =>
    name === 'lm_head.weight' ||
    /^(?:transformer\.)?h\.\d+\.self_attention\.(?:rotary_emb\.inv_freq|scale_mask_softmax\.causal_mask)$/.test(name),

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
  const scale = 1 / Math.sqrt(headSize);
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
  if (!config.isParallel && !isShared) decoder.halfway(name, between);
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
