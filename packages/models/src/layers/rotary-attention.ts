/** Self-attention with rotary positions, and what families add to it: biases, norms of queries and keys, clipping, windows, caps. */
import type { Value } from '@linchpin/onnx';
import type { AttentionOptions, DecoderBuilder, RmsNormOptions, RotaryOptions } from '@linchpin/plugin-api';
import type { AttentionHeads } from '../attention-heads.ts';
import type { AttentionBlock, LayerProduct, Norm } from './decoder-layer.ts';
import { type Operands, operandSites, splitBlocks } from './fused-heads.ts';
import { rmsNorm } from './norms.ts';

export interface RotaryAttentionOptions extends AttentionHeads {
  readonly hiddenSize: number;
  readonly rotary: Omit<RotaryOptions, keyof AttentionHeads>;
  /** Which products have biases; none when absent. */
  readonly biases?: { readonly queryKeyValue: boolean; readonly output: boolean };
  /** RMS norm of queries and keys before they are rotated: of each head by itself, or of all heads together. */
  readonly queryKeyNorm?: Omit<RmsNormOptions, 'groupSize'> & { readonly span: 'head' | 'all-heads' };
  /** Bound on the magnitudes of queries, keys and values (`clip_qkv`). */
  readonly clip?: number;
  readonly scores?: Pick<AttentionOptions, 'scale' | 'window' | 'softCap'>;
  /** Whether queries, keys and values are one product, `qkv_proj`, with rows in this order. */
  readonly isFused?: boolean;
}

export function rotaryAttention(module: string, options: RotaryAttentionOptions): AttentionBlock {
  const { heads, keyValueHeads, headSize, hiddenSize } = options;
  const bias = options.biases?.output ?? false;
  const output = `${module}.o_proj`;
  const [queryNorm, keyNorm] = queryKeyNorms(module, options);
  return {
    products: [
      ...inputProducts(module, options),
      { module: output, shape: [hiddenSize, heads * headSize], bias, role: 'attention-output' },
    ],
    tensors: [...(queryNorm?.tensors ?? []), ...(keyNorm?.tensors ?? [])],
    mix(decoder, x) {
      const [query, key, value] = layInputs(decoder, module, { options, x });
      const prepare = (part: Value, norm: Norm | undefined): Value =>
        clipped(decoder, norm === undefined ? part : norm.lay(decoder, part), options.clip);
      const rotate = (part: Value, count: number): Value =>
        decoder.rotary(part, { heads: count, headSize, ...options.rotary });
      return decoder.attention(
        rotate(prepare(query, queryNorm), heads),
        rotate(prepare(key, keyNorm), keyValueHeads),
        prepare(value, undefined),
        { heads, keyValueHeads, headSize, site: module, ...options.scores },
      );
    },
    project: (decoder, mixed) => decoder.linear(output, mixed, { bias }),
  };
}

function queryKeyNorms(module: string, options: RotaryAttentionOptions): readonly [Norm?, Norm?] {
  const { queryKeyNorm, heads, keyValueHeads, headSize } = options;
  if (queryKeyNorm === undefined) return [];
  const { span, ...norm } = queryKeyNorm;
  const make = (part: string, count: number): Norm =>
    span === 'head'
      ? rmsNorm(`${module}.${part}`, headSize, { ...norm, groupSize: headSize })
      : rmsNorm(`${module}.${part}`, count * headSize, norm);
  return [make('q_norm', heads), make('k_norm', keyValueHeads)];
}

function inputProducts(module: string, options: RotaryAttentionOptions): LayerProduct[] {
  const { hiddenSize, biases, isFused, heads, keyValueHeads, headSize } = options;
  const bias = biases?.queryKeyValue ?? false;
  const [rows, keyRows] = [heads * headSize, keyValueHeads * headSize];
  if (isFused) {
    const shape = [rows + 2 * keyRows, hiddenSize] as const;
    return [{ module: `${module}.qkv_proj`, shape, bias, role: 'query-key-value', operands: operandSites(module) }];
  }
  return [
    { module: `${module}.q_proj`, shape: [rows, hiddenSize], bias, role: 'query' },
    { module: `${module}.k_proj`, shape: [keyRows, hiddenSize], bias, role: 'key' },
    { module: `${module}.v_proj`, shape: [keyRows, hiddenSize], bias, role: 'value' },
  ];
}

function layInputs(
  decoder: DecoderBuilder,
  module: string,
  { options, x }: { readonly options: RotaryAttentionOptions; readonly x: Value },
): Operands {
  const { heads, keyValueHeads, headSize, biases, isFused } = options;
  const lay = (part: string): Value => decoder.linear(`${module}.${part}`, x, { bias: biases?.queryKeyValue ?? false });
  if (!isFused) return [lay('q_proj'), lay('k_proj'), lay('v_proj')];
  return splitBlocks(decoder, { fused: lay('qkv_proj'), site: module, heads, keyValueHeads, headSize });
}

function clipped({ graph }: DecoderBuilder, x: Value, bound: number | undefined): Value {
  return bound === undefined ? x : graph.apply('Clip', [x, graph.float(-bound), graph.float(bound)]);
}
