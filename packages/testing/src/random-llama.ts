/** LLaMA checkpoints with random weights: for laws that hold of every model, and for speed, which values do not change. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@linchpin/safetensors';
import { narrowToFloat16, roundToFloat16 } from '@linchpin/tensor';

export interface LlamaShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  readonly contextLength: number;
  readonly dtype: 'F32' | 'F16' | 'BF16';
  readonly tied: boolean;
  readonly seed: number;
  /** Matrix entries are spread evenly over ± this. */
  readonly spread: number;
  /**
   * How many entries of every matrix are larger, each another multiple of the spread from 2 to 3; none when absent. With them the
   * largest weights are few, as a trained model's are: evenly spread ones tie by the thousand.
   */
  readonly outliers?: number;
}

/** Writes config.json and model.safetensors; equal shapes give equal bytes. */
export async function writeRandomLlama(folder: string, shape: LlamaShape): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(llamaConfig(shape), null, 2));
  const { dtype, seed, spread, outliers = 0 } = shape;
  const large = encode(
    Array.from({ length: outliers }, (_, i) => (2 + i / outliers) * spread * (-1) ** i),
    dtype,
  );
  const tensors = tensorShapes(shape).map(([name, sizes], index) => {
    const elements = sizes.reduce((product, size) => product * size, 1);
    const table = sizes.length === 1 ? [1] : Array.from({ length: 1024 }, (_, i) => ((i - 511.5) / 511.5) * spread);
    return {
      name,
      dtype,
      shape: sizes,
      bytes: whenWritten(() => {
        const entries = drawn(elements, encode(table, dtype), seed * 7919 + index);
        // No step of a row's length, so that they lie in rows and columns of all kinds.
        if (sizes.length > 1)
          large.forEach((entry, i) => (entries[Math.floor(((i + 0.5) * elements) / outliers) + 7 * i] = entry));
        return new Uint8Array(entries.buffer);
      }),
    };
  });
  const file = join(folder, 'model.safetensors');
  await writeSafetensors(`${file}.partial`, tensors);
  await rename(`${file}.partial`, file);
}

function llamaConfig(shape: LlamaShape): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    vocab_size: shape.vocabulary,
    max_position_embeddings: shape.contextLength,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    hidden_act: 'silu',
    tie_word_embeddings: shape.tied,
    bos_token_id: 1,
    eos_token_id: 2,
    torch_dtype: { F32: 'float32', F16: 'float16', BF16: 'bfloat16' }[shape.dtype],
  };
}

function tensorShapes({
  layers,
  hidden,
  heads,
  keyValueHeads,
  intermediate,
  vocabulary,
  tied,
}: LlamaShape): [string, number[]][] {
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
    ...(tied ? [] : ([['lm_head.weight', [vocabulary, hidden]]] as [string, number[]][])),
  ];
}

/** The bits of some values in an element type: half precision is drawn as bits, it would take long to convert. */
function encode(values: readonly number[], dtype: LlamaShape['dtype']): Uint16Array | Uint32Array {
  if (dtype === 'F16') return narrowToFloat16(Float32Array.from(values, roundToFloat16));
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  return dtype === 'F32' ? bits : Uint16Array.from(bits, (word) => word >>> 16);
}

/** One tensor lies in memory at a time: a large model's would not all fit. */
async function* whenWritten(make: () => Uint8Array): AsyncGenerator<Uint8Array> {
  yield make();
}

/** A linear congruential generator picks from the table (Numerical Recipes' constants). */
function drawn(elements: number, table: Uint16Array | Uint32Array, seed: number): Uint16Array | Uint32Array {
  const bits = table instanceof Uint16Array ? new Uint16Array(elements) : new Uint32Array(elements);
  let state = seed >>> 0;
  for (let i = 0; i < elements; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bits[i] = table[Math.floor((state / 2 ** 32) * table.length)]!;
  }
  return bits;
}
