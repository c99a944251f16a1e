/**
 * LLaMA 1 to 3 and what is published as model_type "llama": RMS norm before each block, rotary positions, grouped-query
 * attention, SwiGLU. Reference: LlamaForCausalLM of transformers 5.23.0. Differs from it in refusing a config that lacks
 * a size, where the reference takes its own default.
 */
import { internalError } from '@linchpin/errors';
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, DecoderConfig, ExpectedTensor, LinearFacts, ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { type AttentionHeads, checkHeadsAreEven, readHeads } from '../attention-heads.ts';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from '../embedding-weights.ts';
import { type Linear, linearTensors } from '../linear-tensors.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { type RotaryFrequencies, rotaryFrequencies } from '../rope.ts';

export interface LlamaConfig extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  readonly intermediateSize: number;
  readonly normEpsilon: number;
  /** Whether q, k, v and o have biases. */
  readonly attentionBias: boolean;
  /** Whether gate, up and down have biases. */
  readonly mlpBias: boolean;
  readonly rope: RopeSettings;
}

const schema = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  intermediate_size: positiveInteger,
  num_hidden_layers: positiveInteger,
  num_attention_heads: positiveInteger,
  num_key_value_heads: positiveInteger.nullish(),
  head_dim: positiveInteger.nullish(),
  max_position_embeddings: positiveInteger,
  rms_norm_eps: positiveNumber,
  hidden_act: z.enum(['silu', 'swish'], '"silu" or "swish", two names of the same activation'),
  attention_bias: flag.nullish(),
  mlp_bias: flag.nullish(),
  tie_word_embeddings: flag.nullish(),
});

export const llama: ModelFamily<LlamaConfig> = {
  modelTypes: ['llama'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const contextLength = fields.max_position_embeddings;
    const heads = readHeads(fields, file);
    checkHeadsAreEven(fields, heads, file);
    return {
      layers: fields.num_hidden_layers,
      hiddenSize: fields.hidden_size,
      vocabularySize: fields.vocab_size,
      contextLength,
      intermediateSize: fields.intermediate_size,
      normEpsilon: fields.rms_norm_eps,
      attentionBias: fields.attention_bias ?? false,
      mlpBias: fields.mlp_bias ?? false,
      ...heads,
      ...readEmbeddings(fields.tie_word_embeddings, stored),
      rope: readWholeHeadRope(config, { file, contextLength }),
    };
  },

  tensors(config) {
    const { hiddenSize, vocabularySize, layers } = config;
    const embeddings = [...new Set([config.embeddingWeight, config.headWeight])];
    return [
      ...embeddings.map((name) => ({ name, shape: [vocabularySize, hiddenSize] })),
      ...Array.from({ length: layers }, (_, layer) => layerTensors(config, layer)).flat(),
      { name: 'model.norm.weight', shape: [hiddenSize] },
    ];
  },

  isLeftover(name) {
    return /^model\.(?:layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$/.test(name);
  },

  layerMatrices(config) {
    return Array.from({ length: config.layers }, (_, layer) =>
      linears(config, layer).map(({ module }) => `${module}.weight`),
    ).flat();
  },

  linearFacts(_, module) {
    const facts = linearFacts.get(module.slice(module.lastIndexOf('.') + 1));
    if (facts === undefined) throw internalError(`${module} is no product of a layer`);
    const layer = module.replace(/\.(?:self_attn|mlp)\.[^.]+$/, '');
    return { role: facts.role, ...(facts.norm === undefined ? {} : { norm: `${layer}.${facts.norm}` }) };
  },

  mlpOutputs(_, layer) {
    return [`model.layers.${layer}.mlp.down_proj.weight`];
  },

  layerModule(_, layer) {
    return `model.layers.${layer}`;
  },

  build(config, decoder) {
    const rotary = rotaryFrequencies(config.rope, config.headSize);
    let x = decoder.embed(config.embeddingWeight); // [tokens, hidden]
    for (let layer = 0; layer < config.layers; layer++) x = layLayer(config, decoder, { layer, rotary, x });
    return decoder.head(config.headWeight, decoder.rmsNorm('model.norm', x, { epsilon: config.normEpsilon }));
  },
};

const linearFacts: ReadonlyMap<string, LinearFacts> = new Map<string, LinearFacts>([
  ['q_proj', { role: 'query', norm: 'input_layernorm' }],
  ['k_proj', { role: 'key', norm: 'input_layernorm' }],
  ['v_proj', { role: 'value', norm: 'input_layernorm' }],
  ['o_proj', { role: 'attention-output' }],
  ['gate_proj', { role: 'mlp-input', norm: 'post_attention_layernorm' }],
  ['up_proj', { role: 'mlp-input', norm: 'post_attention_layernorm' }],
  ['down_proj', { role: 'mlp-output' }],
]);

interface LayerInput {
  readonly layer: number;
  readonly rotary: RotaryFrequencies;
  readonly x: Value;
}

function layLayer(config: LlamaConfig, decoder: DecoderBuilder, { layer, rotary, x }: LayerInput): Value {
  const { heads, keyValueHeads, headSize, normEpsilon } = config;
  const name = `model.layers.${layer}`;
  const attention = { bias: config.attentionBias };
  const normed = decoder.rmsNorm(`${name}.input_layernorm`, x, { epsilon: normEpsilon });
  const query = decoder.linear(`${name}.self_attn.q_proj`, normed, attention);
  const key = decoder.linear(`${name}.self_attn.k_proj`, normed, attention);
  const value = decoder.linear(`${name}.self_attn.v_proj`, normed, attention);
  const mixed = decoder.attention(
    decoder.rotary(query, { heads, headSize, ...rotary }),
    decoder.rotary(key, { heads: keyValueHeads, headSize, ...rotary }),
    value,
    { heads, keyValueHeads, headSize, site: `${name}.self_attn` },
  );
  // Behind the last attention every token is by itself, and only those that are scored are needed.
  const [residual, attended] = layer === config.layers - 1 ? decoder.keepScored([x, mixed]) : [x, mixed];
  const afterAttention = add(decoder, residual!, decoder.linear(`${name}.self_attn.o_proj`, attended!, attention));
  const mlp = layMlp(config, decoder, {
    name,
    x: decoder.rmsNorm(`${name}.post_attention_layernorm`, afterAttention, { epsilon: normEpsilon }),
  });
  return decoder.site(`${name}.output`, add(decoder, afterAttention, mlp));
}

/** SwiGLU: down(silu(gate(x)) · up(x)). */
function layMlp(
  config: LlamaConfig,
  decoder: DecoderBuilder,
  { name, x }: { readonly name: string; readonly x: Value },
): Value {
  const bias = { bias: config.mlpBias };
  const gate = decoder.linear(`${name}.mlp.gate_proj`, x, bias);
  const up = decoder.linear(`${name}.mlp.up_proj`, x, bias);
  // The operator is x · sigmoid(alpha · x): SiLU at alpha 1.
  const activated = decoder.graph.apply('QuickGelu', [gate], { attributes: { alpha: 1 } });
  return decoder.linear(`${name}.mlp.down_proj`, decoder.graph.apply('Mul', [activated, up]), bias);
}

function add(decoder: DecoderBuilder, a: Value, b: Value): Value {
  return decoder.graph.apply('Add', [a, b]);
}

function linears(config: LlamaConfig, layer: number): Linear[] {
  const { hiddenSize, intermediateSize, heads, keyValueHeads, headSize, attentionBias, mlpBias } = config;
  const name = `model.layers.${layer}`;
  return [
    { module: `${name}.self_attn.q_proj`, shape: [heads * headSize, hiddenSize], bias: attentionBias },
    { module: `${name}.self_attn.k_proj`, shape: [keyValueHeads * headSize, hiddenSize], bias: attentionBias },
    { module: `${name}.self_attn.v_proj`, shape: [keyValueHeads * headSize, hiddenSize], bias: attentionBias },
    { module: `${name}.self_attn.o_proj`, shape: [hiddenSize, heads * headSize], bias: attentionBias },
    { module: `${name}.mlp.gate_proj`, shape: [intermediateSize, hiddenSize], bias: mlpBias },
    { module: `${name}.mlp.up_proj`, shape: [intermediateSize, hiddenSize], bias: mlpBias },
    { module: `${name}.mlp.down_proj`, shape: [hiddenSize, intermediateSize], bias: mlpBias },
  ];
}

function layerTensors(config: LlamaConfig, layer: number): ExpectedTensor[] {
  const norms = ['input_layernorm', 'post_attention_layernorm'];
  return [
    ...norms.map((norm) => ({ name: `model.layers.${layer}.${norm}.weight`, shape: [config.hiddenSize] })),
    ...linears(config, layer).flatMap(linearTensors),
  ];
}
