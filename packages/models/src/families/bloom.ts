/**
 * BLOOM: ALiBi, a norm behind the embedding, queries, keys and values interleaved by head. Reference: BloomForCausalLM of
 * transformers 5.23.0. Its config has no context length; taken is `seq_length`, on which it was trained and which the
 * reference ignores, or that of all published models, 2048. The reference's "slow but exact" path is refused: it leaves
 * biases out.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import type { AttentionHeads } from '../attention-heads.ts';
import { withoutAliases } from '../config-aliases.ts';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from '../embedding-weights.ts';
import { layActivation } from '../layers/activation-functions.ts';
import { alibiSlopes } from '../layers/alibi.ts';
import { splitGrouped } from '../layers/fused-heads.ts';
import {
  fusedLayerProducts,
  type ListedProduct,
  listTensors,
  ofLayers,
  productMembers,
} from '../layers/layer-products.ts';
import { readPrefix } from '../tensor-prefix.ts';

export interface BloomConfig extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  /** What the names of all tensors but the output head's begin with. */
  readonly prefix: string;
  readonly innerSize: number;
  readonly normEpsilon: number;
  /** Whether what a block adds to is its norm's output, not its input. */
  readonly addsToNormed: boolean;
}

const schema = z
  .object({
    vocab_size: positiveInteger,
    hidden_size: positiveInteger,
    n_layer: positiveInteger,
    n_head: positiveInteger,
    seq_length: positiveInteger.nullish(),
    layer_norm_epsilon: positiveNumber,
    apply_residual_connection_post_layernorm: flag.nullish(),
    pretraining_tp: positiveInteger.nullish(),
    slow_but_exact: flag.nullish(),
    tie_word_embeddings: flag.nullish(),
  })
  .refine((fields) => fields.hidden_size % fields.n_head === 0, { path: ['n_head'], error: 'a divisor of hidden_size' })
  .refine((fields) => !(fields.slow_but_exact && (fields.pretraining_tp ?? 1) > 1), {
    path: ['slow_but_exact'],
    error: 'false, where pretraining_tp is above 1',
  });

const aliases = { n_embed: 'hidden_size', num_hidden_layers: 'n_layer', num_attention_heads: 'n_head' };

const publishedContext = 2048;

export const bloom: ModelFamily<BloomConfig> = {
  modelTypes: ['bloom'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, withoutAliases(config, aliases, file), { file });
    const prefix = readPrefix(['transformer.', ''], stored);
    const heads = fields.n_head;
    return {
      prefix,
      layers: fields.n_layer,
      hiddenSize: fields.hidden_size,
      vocabularySize: fields.vocab_size,
      contextLength: fields.seq_length ?? publishedContext,
      innerSize: 4 * fields.hidden_size,
      normEpsilon: fields.layer_norm_epsilon,
      addsToNormed: fields.apply_residual_connection_post_layernorm ?? false,
      heads,
      keyValueHeads: heads,
      headSize: fields.hidden_size / heads,
      ...readEmbeddings(fields.tie_word_embeddings ?? true, stored, { embedding: `${prefix}word_embeddings.weight` }),
    };
  },

  tensors(config) {
    const ofLayer = ['input_layernorm', 'post_attention_layernorm'];
    const inLayers = ofLayers(config, (_, layer) => ofLayer.map((norm) => `h.${layer}.${norm}`));
    const norms = ['word_embeddings_layernorm', ...inLayers, 'ln_f'].map((norm) => `${config.prefix}${norm}`);
    return listTensors(config, { norms, products });
  },

  isLeftover: (name) =>
    name === 'lm_head.weight' ||
    /^(?:transformer\.)?h\.\d+\.self_attention\.scale_mask_softmax\.causal_mask$/.test(name),

  ...productMembers(products),

  layerModule: ({ prefix }, layer) => `${prefix}h.${layer}`,

  build(config, decoder) {
    const { prefix, normEpsilon: epsilon } = config;
    let x = decoder.layerNorm(`${prefix}word_embeddings_layernorm`, decoder.embed(config.embeddingWeight), { epsilon });
    for (let layer = 0; layer < config.layers; layer++) x = layLayer(config, decoder, { layer, x });
    return decoder.head(config.headWeight, decoder.layerNorm(`${prefix}ln_f`, x, { epsilon }));
  },
};

interface LayerInput {
  readonly layer: number;
  readonly x: Value; // [tokens, hidden]
}

function layLayer(config: BloomConfig, decoder: DecoderBuilder, { layer, x }: LayerInput): Value {
  const { heads, keyValueHeads, headSize, normEpsilon: epsilon, addsToNormed } = config;
  const { graph } = decoder;
  const name = `${config.prefix}h.${layer}`;
  const linear = (module: string, input: Value): Value => decoder.linear(`${name}.${module}`, input, { bias: true });
  const entering = decoder.site(`${name}.input`, x);
  const normed = decoder.layerNorm(`${name}.input_layernorm`, entering, { epsilon });
  const attention = { heads, keyValueHeads, headSize, site: `${name}.self_attention` };
  const operands = splitGrouped(decoder, { ...attention, fused: linear('self_attention.query_key_value', normed) });
  const mixed = decoder.attention(...operands, { ...attention, alibiSlopes: alibiSlopes(heads) });
  const kept = [addsToNormed ? normed : entering, mixed];
  // Behind the last attention every token is by itself, and only those that are scored are needed.
  const [residual, attended] = layer === config.layers - 1 ? decoder.keepScored(kept) : kept;
  const between = graph.apply('Add', [residual!, linear('self_attention.dense', attended!)]);
  decoder.halfway(name, between);
  const mlpInput = decoder.layerNorm(`${name}.post_attention_layernorm`, between, { epsilon });
  const inner = layActivation(graph, 'gelu_pytorch_tanh', linear('mlp.dense_h_to_4h', mlpInput));
  const mlp = linear('mlp.dense_4h_to_h', inner);
  return decoder.site(`${name}.output`, graph.apply('Add', [addsToNormed ? mlpInput : between, mlp]));
}

function products(config: BloomConfig, layer: number): ListedProduct[] {
  const norms = { attention: 'input_layernorm', mlp: 'post_attention_layernorm' };
  return fusedLayerProducts(`${config.prefix}h.${layer}`, config, {
    attention: 'self_attention',
    queryKeyValue: 'self_attention.query_key_value',
    attentionOutput: 'self_attention.dense',
    mlpInput: 'mlp.dense_h_to_4h',
    mlpOutput: 'mlp.dense_4h_to_h',
    ...(config.addsToNormed ? {} : { norms }),
    biases: { attention: true, mlp: true },
  });
}
