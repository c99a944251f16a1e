/**
 * OLMo 2 (arXiv 2501.00656): LLaMA with RMS norms behind its blocks instead of before them, and one of all queries and one
 * of all keys of a token. Reference: Olmo2ForCausalLM of transformers 5.23.0.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { finalNorm, rmsNorm } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import { rotaryFrequencies } from '../rope.ts';
import { llama, type LlamaConfig } from './llama.ts';

export const olmo2: ModelFamily<LlamaConfig> = layeredFamily<LlamaConfig>({
  modelTypes: ['olmo2'],

  // Its configs have no mlp_bias, and its MLPs no biases.
  readConfig: (config, file, stored) => ({ ...llama.readConfig(config, file, stored), mlpBias: false }),

  layer(config, index) {
    const module = `model.layers.${index}`;
    const { attentionBias, hiddenSize, headSize, normEpsilon: epsilon, rope } = config;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(rope, headSize),
        biases: { queryKeyValue: attentionBias, output: attentionBias },
        queryKeyNorm: { span: 'all-heads', epsilon },
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: {
        afterAttention: rmsNorm(`${module}.post_attention_layernorm`, hiddenSize, { epsilon }),
        afterMlp: rmsNorm(`${module}.post_feedforward_layernorm`, hiddenSize, { epsilon }),
      },
    };
  },

  finalNorm,
});
