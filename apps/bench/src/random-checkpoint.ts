/** LLaMA checkpoints with random weights, in the shapes that speed is compared on: what a matrix holds costs no time. */
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@linchpin/safetensors';

export interface Shape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly intermediate: number;
  readonly dtype: 'F16' | 'BF16';
}

const vocabulary = 32000;
const contextLength = 2048;

/** 134 and 1100 million parameters. */
export const shapes: Readonly<Record<string, Shape>> = {
  '134M': { layers: 12, hidden: 768, heads: 12, keyValueHeads: 12, intermediate: 2048, dtype: 'F16' },
  '1.1B': { layers: 22, hidden: 2048, heads: 32, keyValueHeads: 4, intermediate: 5632, dtype: 'BF16' },
};

/** Writes a checkpoint with a tokenizer that is copied from elsewhere. */
export async function writeRandomCheckpoint(folder: string, shape: Shape, tokenizer: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(tokenizer)) await copyFile(join(tokenizer, name), join(folder, name));
  await writeFile(join(folder, 'config.json'), JSON.stringify(configOf(shape), null, 2));
  const tensors = tensorShapes(shape).map(([name, sizes], index) => {
    const elements = sizes.reduce((product, size) => product * size, 1);
    return { name, dtype: shape.dtype, shape: sizes, bytes: sizes.length === 1 ? ones(elements, shape.dtype) : noise(elements, { dtype: shape.dtype, seed: index + 1 }) };
  });
  await writeSafetensors(join(folder, 'model.safetensors'), tensors);
}

function configOf(shape: Shape): object {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    vocab_size: vocabulary,
    max_position_embeddings: contextLength,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    hidden_act: 'silu',
    tie_word_embeddings: false,
    bos_token_id: 1,
    eos_token_id: 2,
    torch_dtype: shape.dtype === 'F16' ? 'float16' : 'bfloat16',
  };
}

function tensorShapes({ layers, hidden, heads, keyValueHeads, intermediate }: Shape): [string, number[]][] {
  const keyValue = (hidden / heads) * keyValueHeads;
  const layer = (index: number): [string, number[]][] => {
    const module = (name: string): string => `model.layers.${index}.${name}.weight`;
    return [
      [module('input_layernorm'), [hidden]],
      [module('self_attn.q_proj'), [hidden, hidden]],
      [module('self_attn.k_proj'), [keyValue, hidden]],
      [module('self_attn.v_proj'), [keyValue, hidden]],
      [module('self_attn.o_proj'), [hidden, hidden]],
      [module('post_attention_layernorm'), [hidden]],
      [module('mlp.gate_proj'), [intermediate, hidden]],
      [module('mlp.up_proj'), [intermediate, hidden]],
      [module('mlp.down_proj'), [hidden, intermediate]],
    ];
  };
  return [
    ['model.embed_tokens.weight', [vocabulary, hidden]],
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ['model.norm.weight', [hidden]],
    ['lm_head.weight', [vocabulary, hidden]],
  ];
}

function ones(elements: number, dtype: Shape['dtype']): Uint8Array {
  return new Uint8Array(new Uint16Array(elements).fill(dtype === 'F16' ? 0x3c00 : 0x3f80).buffer);
}

/** Values spread evenly over ±0.035, a standard deviation of 0.02 as initialisations have, as half-precision bits. */
function noise(elements: number, { dtype, seed }: { dtype: Shape['dtype']; seed: number }): Uint8Array {
  const table = Uint16Array.from({ length: 1024 }, (_, i) => halfBits(((i - 511.5) / 511.5) * 0.035, dtype));
  const bits = new Uint16Array(elements);
  let state = seed;
  for (let i = 0; i < elements; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bits[i] = table[state >>> 22]!;
  }
  return new Uint8Array(bits.buffer);
}

function halfBits(value: number, dtype: Shape['dtype']): number {
  if (dtype === 'F16') return new Uint16Array(Float16Array.of(value).buffer)[0]!;
  return new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16;
}
