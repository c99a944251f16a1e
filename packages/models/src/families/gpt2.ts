/**
 * GPT-2 and what is published as model_type "gpt2": learned positions, layer norm before each block, matrices stored
 * [in, out]. Reference: GPT2LMHeadModel of transformers 5.23.0. Differs from it in refusing a config that lacks a size.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import type { AttentionHeads } from '../attention-heads.ts';
import { withoutAliases } from '../config-aliases.ts';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from '../embedding-weights.ts';
import { type ActivationName, activationName, layActivation } from '../layers/activation-functions.ts';
import { splitBlocks } from '../layers/fused-heads.ts';
import {
  fusedLayerProducts,
  type ListedProduct,
  listTensors,
  ofLayers,
  productMembers,
} from '../layers/layer-products.ts';
import { readPrefix } from '../tensor-prefix.ts';

export interface Gpt2Config extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  /** What the names of all tensors but the output head's begin with. */
  readonly prefix: string;
  readonly innerSize: number;
  readonly normEpsilon: number;
  readonly activation: ActivationName;
  /** Whether scores are divided by the square root of the head's size. */
  readonly scaleByHeadSize: boolean;
  /** Whether scores of layer i are divided by i + 1. */
  readonly scaleByLayer: boolean;
}

const schema = z
  .object({
    vocab_size: positiveInteger,
    n_embd: positiveInteger,
    n_layer: positiveInteger,
    n_head: positiveInteger,
    n_positions: positiveInteger,
    n_inner: positiveInteger.nullish(),
    layer_norm_epsilon: positiveNumber,
    activation_function: activationName.nullish(),
    scale_attn_weights: flag.nullish(),
    scale_attn_by_inverse_layer_idx: flag.nullish(),
    add_cross_attention: z.literal(false, 'false: a decoder without an encoder').nullish(),
    tie_word_embeddings: flag.nullish(),
  })
  .refine((fields) => fields.n_embd % fields.n_head === 0, { path: ['n_head'], error: 'a divisor of n_embd' });

const aliases = {
  hidden_size: 'n_embd',
  num_hidden_layers: 'n_layer',
  num_attention_heads: 'n_head',
  max_position_embeddings: 'n_positions',
};

export const gpt2: ModelFamily<Gpt2Config> = {
  modelTypes: ['gpt2'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, withoutAliases(config, aliases, file), { file });
    const prefix = readPrefix(['transformer.', ''], stored);
    const heads = fields.n_head;
    return {
      prefix,
      layers: fields.n_layer,
      hiddenSize: fields.n_embd,
      vocabularySize: fields.vocab_size,
      contextLength: fields.n_positions,
      innerSize: fields.n_inner ?? 4 * fields.n_embd,
      normEpsilon: fields.layer_norm_epsilon,
      activation: fields.activation_function ?? 'gelu_new',
      scaleByHeadSize: fields.scale_attn_weights ?? true,
      scaleByLayer: fields.scale_attn_by_inverse_layer_idx ?? false,
      heads,
      keyValueHeads: heads,
      headSize: fields.n_embd / heads,
      ...readEmbeddings(fields.tie_word_embeddings ?? true, stored, { embedding: `${prefix}wte.weight` }),
    };
  },

  tensors(config) {
    const { prefix, hiddenSize } = config;
    const norms = [...ofLayers(config, (_, layer) => [`h.${layer}.ln_1`, `h.${layer}.ln_2`]), 'ln_f'];
    return [
      ...listTensors(config, { norms: norms.map((norm) => `${prefix}${norm}`), products }),
      { name: `${prefix}wpe.weight`, shape: [config.contextLength, hiddenSize] },
    ];
  },

  isLeftover: (name) => name === 'lm_head.weight' || /^(?:transformer\.)?h\.\d+\.attn\.(?:masked_)?bias$/.test(name),

  ...productMembers(products),

  layerModule: ({ prefix }, layer) => `${prefix}h.${layer}`,

  build(config, decoder) {
    const { prefix, normEpsilon: epsilon } = config;
    const embedded = [decoder.embed(config.embeddingWeight), decoder.embedPositions(`${prefix}wpe.weight`)];
    let x = decoder.graph.apply('Add', embedded); // [tokens, hidden]
    for (let layer = 0; layer < config.layers; layer++) x = layLayer(config, decoder, { layer, x });
    return decoder.head(config.headWeight, decoder.layerNorm(`${prefix}ln_f`, x, { epsilon }));
  },
};

interface LayerInput {
  readonly layer: number;
  readonly x: Value;
}

function layLayer(config: Gpt2Config, decoder: DecoderBuilder, { layer, x }: LayerInput): Value {
  const { heads, keyValueHeads, headSize, normEpsilon: epsilon } = config;
  const { graph } = decoder;
  const name = `${config.prefix}h.${layer}`;
  const linear = (module: string, input: Value): Value => decoder.linear(`${name}.${module}`, input, { bias: true });
  const entering = decoder.site(`${name}.input`, x);
  const attention = { heads, keyValueHeads, headSize, site: `${name}.attn` };
  const fused = linear('attn.c_attn', decoder.layerNorm(`${name}.ln_1`, entering, { epsilon }));
  const operands = splitBlocks(decoder, { ...attention, fused });
  const scale = (config.scaleByHeadSize ? 1 / Math.sqrt(headSize) : 1) / (config.scaleByLayer ? layer + 1 : 1);
  const mixed = decoder.attention(...operands, { ...attention, scale });
  // Behind the last attention every token is by itself, and only those that are scored are needed.
  const [residual, attended] = layer === config.layers - 1 ? decoder.keepScored([entering, mixed]) : [entering, mixed];
  const between = graph.apply('Add', [residual!, linear('attn.c_proj', attended!)]);
  decoder.halfway(name, between);
  const inner = linear('mlp.c_fc', decoder.layerNorm(`${name}.ln_2`, between, { epsilon }));
  const mlp = linear('mlp.c_proj', layActivation(graph, config.activation, inner));
  return decoder.site(`${name}.output`, graph.apply('Add', [between, mlp]));
}

function products(config: Gpt2Config, layer: number): ListedProduct[] {
  return fusedLayerProducts(`${config.prefix}h.${layer}`, config, {
    attention: 'attn',
    queryKeyValue: 'attn.c_attn',
    attentionOutput: 'attn.c_proj',
    mlpInput: 'mlp.c_fc',
    mlpOutput: 'mlp.c_proj',
    norms: { attention: 'ln_1', mlp: 'ln_2' },
    biases: { attention: true, mlp: true },
    transposed: true,
  });
}
