/**
 * What llama.cpp's converter (convert_hf_to_gguf.py) makes of each architecture, read backwards: the names of its tensors, which of
 * them it rearranges, and what config.json says that the metadata do not. One table an architecture.
 */
import type { JsonObject } from '../read-json.ts';

/** How the rows of a tensor were moved: pairs of rotary channels interleaved in each head, or the matrix turned. */
export type Rearrangement = 'queryPairs' | 'keyPairs' | 'transposed';

export interface Architecture {
  readonly modelType: string;
  /** Fields of config.json that every model of the architecture has in common. */
  readonly fixed: JsonObject;
  /** Fields that have the names of GPT-2's config. */
  readonly isGpt2?: true;
  /** By the name of a tensor without `.weight` or `.bias`, `N` in the place of the layer: the module. */
  readonly modules: Readonly<Record<string, string>>;
  readonly rearranged?: Readonly<Record<string, Rearrangement>>;
  /** What is added to the weights of all norms. */
  readonly normOffset?: number;
  /** Sliding windows and caps that the metadata hold: the field, and the key behind the architecture's name. */
  readonly further?: Readonly<Record<string, string>>;
  /** The size of the one release whose scores are scaled by the width of the model over the number of heads, not by the size of a head. */
  readonly layersScaledByWidth?: number;
}

const outside = {
  token_embd: 'model.embed_tokens',
  output_norm: 'model.norm',
  output: 'lm_head',
};

const gatedMlp = {
  'blk.N.ffn_gate': 'model.layers.N.mlp.gate_proj',
  'blk.N.ffn_up': 'model.layers.N.mlp.up_proj',
  'blk.N.ffn_down': 'model.layers.N.mlp.down_proj',
};

const attention = {
  'blk.N.attn_q': 'model.layers.N.self_attn.q_proj',
  'blk.N.attn_k': 'model.layers.N.self_attn.k_proj',
  'blk.N.attn_v': 'model.layers.N.self_attn.v_proj',
  'blk.N.attn_output': 'model.layers.N.self_attn.o_proj',
};

const normsBefore = {
  'blk.N.attn_norm': 'model.layers.N.input_layernorm',
  'blk.N.ffn_norm': 'model.layers.N.post_attention_layernorm',
};

const headNorms = {
  'blk.N.attn_q_norm': 'model.layers.N.self_attn.q_norm',
  'blk.N.attn_k_norm': 'model.layers.N.self_attn.k_norm',
};

const normsAround = {
  'blk.N.attn_norm': 'model.layers.N.input_layernorm',
  'blk.N.post_attention_norm': 'model.layers.N.post_attention_layernorm',
  'blk.N.ffn_norm': 'model.layers.N.pre_feedforward_layernorm',
  'blk.N.post_ffw_norm': 'model.layers.N.post_feedforward_layernorm',
};

const usual = { ...outside, ...attention, ...gatedMlp, ...normsBefore };
const gelu = { hidden_activation: 'gelu_pytorch_tanh', hidden_act: 'gelu_pytorch_tanh' };

export const architectures: Readonly<Record<string, Architecture>> = {
  llama: {
    modelType: 'llama',
    fixed: { hidden_act: 'silu' },
    modules: usual,
    rearranged: { 'blk.N.attn_q': 'queryPairs', 'blk.N.attn_k': 'keyPairs' },
  },
  qwen2: { modelType: 'qwen2', fixed: { hidden_act: 'silu', use_sliding_window: false }, modules: usual },
  qwen3: {
    modelType: 'qwen3',
    fixed: { hidden_act: 'silu', use_sliding_window: false },
    modules: { ...usual, ...headNorms },
  },
  olmo2: {
    modelType: 'olmo2',
    fixed: { hidden_act: 'silu' },
    modules: {
      ...outside,
      ...attention,
      ...headNorms,
      ...gatedMlp,
      'blk.N.post_attention_norm': 'model.layers.N.post_attention_layernorm',
      'blk.N.post_ffw_norm': 'model.layers.N.post_feedforward_layernorm',
    },
  },
  phi3: {
    modelType: 'phi3',
    fixed: { hidden_act: 'silu' },
    modules: {
      ...outside,
      ...normsBefore,
      'blk.N.attn_qkv': 'model.layers.N.self_attn.qkv_proj',
      'blk.N.attn_output': 'model.layers.N.self_attn.o_proj',
      'blk.N.ffn_up': 'model.layers.N.mlp.gate_up_proj',
      'blk.N.ffn_down': 'model.layers.N.mlp.down_proj',
    },
    further: { sliding_window: 'attention.sliding_window' },
  },
  gemma: { modelType: 'gemma', fixed: gelu, modules: usual, normOffset: -1 },
  gemma2: {
    modelType: 'gemma2',
    fixed: gelu,
    modules: { ...outside, ...attention, ...gatedMlp, ...normsAround },
    normOffset: -1,
    further: {
      sliding_window: 'attention.sliding_window',
      attn_logit_softcapping: 'attn_logit_softcapping',
      final_logit_softcapping: 'final_logit_softcapping',
    },
    layersScaledByWidth: 46,
  },
  gemma3: {
    modelType: 'gemma3_text',
    fixed: { ...gelu, rope_local_base_freq: 10_000, sliding_window_pattern: 6 },
    modules: { ...outside, ...attention, ...headNorms, ...gatedMlp, ...normsAround },
    normOffset: -1,
    further: { sliding_window: 'attention.sliding_window' },
    layersScaledByWidth: 62,
  },
  gpt2: {
    modelType: 'gpt2',
    fixed: { activation_function: 'gelu_new' },
    isGpt2: true,
    modules: {
      token_embd: 'transformer.wte',
      position_embd: 'transformer.wpe',
      output_norm: 'transformer.ln_f',
      output: 'lm_head',
      'blk.N.attn_norm': 'transformer.h.N.ln_1',
      'blk.N.attn_qkv': 'transformer.h.N.attn.c_attn',
      'blk.N.attn_output': 'transformer.h.N.attn.c_proj',
      'blk.N.ffn_norm': 'transformer.h.N.ln_2',
      'blk.N.ffn_up': 'transformer.h.N.mlp.c_fc',
      'blk.N.ffn_down': 'transformer.h.N.mlp.c_proj',
    },
    rearranged: {
      'blk.N.attn_qkv': 'transposed',
      'blk.N.attn_output': 'transposed',
      'blk.N.ffn_up': 'transposed',
      'blk.N.ffn_down': 'transposed',
    },
  },
};
