/**
 * OPT and what is published as model_type "opt": learned positions that begin at row 2, layer norms before each block or,
 * in the 350m model, after it, and there embeddings of another width. Reference: OPTForCausalLM of transformers 5.23.0.
 * Differs from it in refusing a config that lacks a size.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, DecoderConfig, LinearFacts, LinearRole, ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { type AttentionHeads, readHeads } from '../attention-heads.ts';
import { flag, positiveInteger, readFields } from '../config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from '../embedding-weights.ts';
import { type ActivationName, activationName, layActivation } from '../layers/activation-functions.ts';
import { behindNorm, type ListedProduct, listTensors, ofLayers, productMembers } from '../layers/layer-products.ts';
import { readPrefix } from '../tensor-prefix.ts';

export interface OptConfig extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  /** What the names of all tensors but the output head's begin with. */
  readonly prefix: string;
  readonly innerSize: number;
  /** Width of the embedding and of what the output head takes; projected where it is not the hidden size. */
  readonly embeddingSize: number;
  readonly activation: ActivationName;
  readonly bias: boolean;
  /** Whether norms have weights and biases. */
  readonly normsHaveParameters: boolean;
  /** Whether a norm stands before its block, not behind it. */
  readonly normsComeFirst: boolean;
  readonly hasFinalNorm: boolean;
}

const schema = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  ffn_dim: positiveInteger,
  num_hidden_layers: positiveInteger,
  num_attention_heads: positiveInteger,
  max_position_embeddings: positiveInteger,
  activation_function: activationName,
  word_embed_proj_dim: positiveInteger.nullish(),
  do_layer_norm_before: flag.nullish(),
  enable_bias: flag.nullish(),
  layer_norm_elementwise_affine: flag.nullish(),
  _remove_final_layer_norm: flag.nullish(),
  tie_word_embeddings: flag.nullish(),
});

/** PyTorch's own, which the config cannot change. */
const epsilon = 1e-5;
/** Rows of the table of positions that belong to no position. */
const positionOffset = 2;

export const opt: ModelFamily<OptConfig> = {
  modelTypes: ['opt'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const prefix = readPrefix(['model.decoder.', 'decoder.', ''], stored);
    const { do_layer_norm_before: before, _remove_final_layer_norm: lacksFinalNorm } = fields;
    const normsComeFirst = before ?? true;
    return {
      prefix,
      layers: fields.num_hidden_layers,
      hiddenSize: fields.hidden_size,
      vocabularySize: fields.vocab_size,
      contextLength: fields.max_position_embeddings,
      innerSize: fields.ffn_dim,
      embeddingSize: fields.word_embed_proj_dim ?? fields.hidden_size,
      activation: fields.activation_function,
      bias: fields.enable_bias ?? true,
      normsHaveParameters: fields.layer_norm_elementwise_affine ?? true,
      normsComeFirst,
      hasFinalNorm: normsComeFirst && !lacksFinalNorm,
      ...readHeads({ hidden_size: fields.hidden_size, num_attention_heads: fields.num_attention_heads }, file),
      ...readEmbeddings(fields.tie_word_embeddings ?? true, stored, { embedding: `${prefix}embed_tokens.weight` }),
    };
  },

  tensors(config) {
    const { prefix, hiddenSize, embeddingSize } = config;
    const ofLayer = ['self_attn_layer_norm', 'final_layer_norm'];
    const inLayers = ofLayers(config, (_, layer) => ofLayer.map((norm) => `layers.${layer}.${norm}`));
    const norms = [...inLayers, ...(config.hasFinalNorm ? ['final_layer_norm'] : [])];
    const projections = [
      { name: `${prefix}project_in.weight`, shape: [hiddenSize, embeddingSize] },
      { name: `${prefix}project_out.weight`, shape: [embeddingSize, hiddenSize] },
    ];
    return [
      ...listTensors(config, {
        embeddingSize,
        norms: config.normsHaveParameters ? norms.map((norm) => `${prefix}${norm}`) : [],
        products,
      }),
      { name: `${prefix}embed_positions.weight`, shape: [config.contextLength + positionOffset, hiddenSize] },
      ...(embeddingSize === hiddenSize ? [] : projections),
    ];
  },

  isLeftover: (name) => name === 'lm_head.weight' || /^(?:model\.)?decoder\.version$/.test(name),

  ...productMembers(products),

  layerModule: ({ prefix }, layer) => `${prefix}layers.${layer}`,

  build(config, decoder) {
    const { prefix } = config;
    const isProjected = config.embeddingSize !== config.hiddenSize;
    const project = (module: string, x: Value): Value => (isProjected ? decoder.linear(`${prefix}${module}`, x) : x);
    const positions = decoder.embedPositions(`${prefix}embed_positions.weight`, { offset: positionOffset });
    const embedded = project('project_in', decoder.embed(config.embeddingWeight));
    let x = decoder.graph.apply('Add', [embedded, positions]); // [tokens, hidden]
    for (let layer = 0; layer < config.layers; layer++) x = layLayer(config, decoder, { layer, x });
    const last = config.hasFinalNorm ? layNorm(config, decoder, { module: `${prefix}final_layer_norm`, x }) : x;
    return decoder.head(config.headWeight, project('project_out', last));
  },
};

interface LayerInput {
  readonly layer: number;
  readonly x: Value;
}

function layLayer(config: OptConfig, decoder: DecoderBuilder, { layer, x }: LayerInput): Value {
  const { heads, keyValueHeads, headSize, bias, normsComeFirst } = config;
  const { graph } = decoder;
  const name = `${config.prefix}layers.${layer}`;
  const linear = (module: string, input: Value): Value => decoder.linear(`${name}.${module}`, input, { bias });
  const norm = (module: string, isThere: boolean, input: Value): Value =>
    isThere ? layNorm(config, decoder, { module: `${name}.${module}`, x: input }) : input;
  const entering = decoder.site(`${name}.input`, x);
  const input = norm('self_attn_layer_norm', normsComeFirst, entering);
  const [query, key, value] = ['q_proj', 'k_proj', 'v_proj'].map((part) => linear(`self_attn.${part}`, input));
  const site = `${name}.self_attn`;
  const mixed = decoder.attention(query!, key!, value!, { heads, keyValueHeads, headSize, site });
  // Behind the last attention every token is by itself, and only those that are scored are needed.
  const [residual, attended] = layer === config.layers - 1 ? decoder.keepScored([entering, mixed]) : [entering, mixed];
  const sum = graph.apply('Add', [residual!, linear('self_attn.out_proj', attended!)]);
  decoder.halfway(name, sum);
  const between = norm('self_attn_layer_norm', !normsComeFirst, sum);
  const inner = linear('fc1', norm('final_layer_norm', normsComeFirst, between));
  const mlp = linear('fc2', layActivation(graph, config.activation, inner));
  const output = norm('final_layer_norm', !normsComeFirst, graph.apply('Add', [between, mlp]));
  return decoder.site(`${name}.output`, output);
}

function layNorm(
  { normsHaveParameters }: OptConfig,
  decoder: DecoderBuilder,
  { module, x }: { readonly module: string; readonly x: Value },
): Value {
  return decoder.layerNorm(module, x, { epsilon, parameters: normsHaveParameters ? 'weight-and-bias' : 'none' });
}

function products(config: OptConfig, layer: number): ListedProduct[] {
  const { prefix, hiddenSize, innerSize, bias } = config;
  const name = `${prefix}layers.${layer}`;
  const facts = (role: LinearRole, norm?: string): LinearFacts =>
    norm !== undefined && config.normsComeFirst && config.normsHaveParameters
      ? { role, ...behindNorm(`${name}.${norm}`) }
      : { role };
  const square = [hiddenSize, hiddenSize] as const;
  const [attentionNorm, mlpNorm] = ['self_attn_layer_norm', 'final_layer_norm'] as const;
  return [
    { module: `${name}.self_attn.q_proj`, shape: square, bias, facts: facts('query', attentionNorm) },
    { module: `${name}.self_attn.k_proj`, shape: square, bias, facts: facts('key', attentionNorm) },
    { module: `${name}.self_attn.v_proj`, shape: square, bias, facts: facts('value', attentionNorm) },
    { module: `${name}.self_attn.out_proj`, shape: square, bias, facts: facts('attention-output') },
    { module: `${name}.fc1`, shape: [innerSize, hiddenSize], bias, facts: facts('mlp-input', mlpNorm) },
    { module: `${name}.fc2`, shape: [hiddenSize, innerSize], bias, facts: facts('mlp-output') },
  ];
}
