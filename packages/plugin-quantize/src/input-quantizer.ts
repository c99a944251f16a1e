/** How the input of a product is quantized, and what products of one input share of it. */
import type { Graph, Value } from '@linchpin/onnx';
import { type ActivationQuantizer, layCodes, layDequantized, layScale } from './activation-scale.ts';
import { type HeldOutPlaces, layHoldOut, layPutBack } from './lay-hold-out.ts';

export interface InputQuantizer extends ActivationQuantizer {
  /** Scalars that are taken out before and put back after; absent where there are none. */
  readonly heldOut?: HeldOutPlaces;
}

/** Names the arithmetic among products that share an input. */
export function inputKey({ scheme, levels, granularity, heldOut }: InputQuantizer): string {
  return JSON.stringify([scheme, levels, granularity, heldOut ?? null]);
}

/** Quantizes and dequantizes x, float32 [tokens, width]. */
export function layQuantizeDequantize(graph: Graph, x: Value, rowShape: Value, quantizer: InputQuantizer): Value {
  const { heldOut, granularity } = quantizer;
  if (heldOut === undefined) return layRoundTrip(graph, x, rowShape, quantizer);
  const taken = layHoldOut(graph, x, rowShape, { places: heldOut, granularity });
  return layPutBack(graph, layRoundTrip(graph, taken.rest, rowShape, quantizer), rowShape, taken);
}

function layRoundTrip(graph: Graph, x: Value, rowShape: Value, quantizer: ActivationQuantizer): Value {
  const scale = layScale(graph, x, rowShape, quantizer);
  return layDequantized(graph, layCodes(graph, x, scale), scale);
}
