/** Queries, keys and values out of the one product that gives all three, in the layouts that checkpoints have. */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder } from '@linchpin/plugin-api';
import type { AttentionHeads } from '../attention-heads.ts';

export interface FusedProduct extends AttentionHeads {
  /** float32 [tokens, (heads + 2 · keyValueHeads) · headSize]. */
  readonly fused: Value;
  /** The attention module, after which the sites of what comes out are named. */
  readonly site: string;
}

/** float32 [tokens, heads · headSize], the last two [tokens, keyValueHeads · headSize]. */
export type Operands = readonly [query: Value, key: Value, value: Value];

/** The sites of queries, keys and values, as `LinearFacts.operands` names them. */
export function operandSites(site: string): readonly [query: string, key: string, value: string] {
  return [`${site}.query`, `${site}.key`, `${site}.value`];
}

/**
 * The heads of a group, its key and its value lie beside each other: [groups, heads a group + 2, headSize]. With a key a
 * head that is [heads, 3, headSize], with a single key [heads + 2, headSize].
 */
export function splitGrouped(decoder: DecoderBuilder, { fused, site, ...sizes }: FusedProduct): Operands {
  const { heads, keyValueHeads: groups, headSize } = sizes;
  const shared = heads / groups;
  const { graph } = decoder;
  const parts = graph.reshape(fused, [-1, groups, shared + 2, headSize], ['tokens', groups, shared + 2, headSize]);
  const take = (from: number, to: number): Value => {
    const width = groups * (to - from) * headSize;
    return graph.reshape(slice(decoder, parts, { axis: 2, from, to }), [-1, width], ['tokens', width]);
  };
  return named(decoder, site, [take(0, shared), take(shared, shared + 1), take(shared + 1, shared + 2)]);
}

/** All queries, then all keys, then all values. */
export function splitBlocks(decoder: DecoderBuilder, { fused, site, ...sizes }: FusedProduct): Operands {
  const { heads, keyValueHeads, headSize } = sizes;
  const [query, key] = [heads * headSize, keyValueHeads * headSize];
  const take = (from: number, to: number): Value => slice(decoder, fused, { axis: 1, from, to });
  return named(decoder, site, [take(0, query), take(query, query + key), take(query + key, query + 2 * key)]);
}

function slice(
  { graph }: DecoderBuilder,
  x: Value,
  { axis, from, to }: { readonly axis: number; readonly from: number; readonly to: number },
): Value {
  const [starts, ends, axes] = [[from], [to], [axis]].map((numbers) => graph.integers(numbers));
  return graph.apply('Slice', [x, starts!, ends!, axes!], { shape: x.shape.with(axis, to - from) });
}

function named(decoder: DecoderBuilder, site: string, operands: Operands): Operands {
  const [query, key, value] = operandSites(site);
  return [decoder.site(query, operands[0]), decoder.site(key, operands[1]), decoder.site(value, operands[2])];
}
