/**
 * split16: a float product from integers. With x = s · (256 · h + l) and w = t · (256 · H + L), over the inner axis
 * Σ x·w = s·t · (65536 · Σ h·H + 256 · Σ (h·L + l·H) + Σ l·L). The last sum lies below what 16 bits resolve and is left
 * out; the middle one is a single product of twice the inner size. Inputs are uint8 around 128 and weights int8, for
 * which alone there are fast kernels.
 */
import { type Graph, layExtremes, laySymmetricScale, type Value } from '@linchpin/onnx';
import type { ExecutionContext, ProductExecution } from '@linchpin/plugin-api';
import { largestCode, sliceMatrix } from './slice-matrix.ts';

/** The longest inner axis of which the middle sum fits in 32 bits. */
export const longestSum: number = Math.floor((2 ** 31 - 1) / (2 * 128 * 127));

/** Below it a row's largest magnitude counts as this: a smaller step has too few bits to divide by. */
const smallestMagnitude = 2 ** -100;

export const split16: ProductExecution = {
  name: 'split16',
  encoding: { slices: 'high, low+high', largestCode },
  encode: (values, shape) => sliceMatrix(values, shape),
  lay: laySplit16,
};

function laySplit16({ graph, x, encoded, bias, name, shared }: ExecutionContext): Value {
  const [high, mixed, scale] = shared('split16', () => laySlices(graph, x));
  const zero = graph.byte(128);
  const multiply = (codes: Value, weights: Value, unit: number, stem: string): Value =>
    graph.apply('MatMulIntegerToFloat', [codes, weights, graph.float(unit), encoded.get('scale')!, zero], {
      name: stem,
    });
  const upper = multiply(high!, encoded.get('high')!, 65536, `${name}:high`);
  const middle = multiply(mixed!, encoded.get('mixed')!, 256, `${name}:mixed`);
  const product = graph.apply('Mul', [graph.apply('Add', [upper, middle]), scale!]);
  return bias === undefined ? product : graph.apply('Add', [product, bias]);
}

/**
 * Slices of x [tokens, in]: uint8 `high` [tokens, in], uint8 [tokens, 2 · in] with the high slices before the low ones,
 * and the scales, float32 [tokens, 1]. A value that is not finite makes its token's scale NaN. A low slice of exactly half
 * a high step loses one step, for uint8 ends at 255.
 */
function laySlices(graph: Graph, x: Value): Value[] {
  const limits = { steps: largestCode, smallest: smallestMagnitude };
  const scale = laySymmetricScale(graph, layExtremes(graph, x, [1]), limits);
  const step = graph.reshape(scale, [-1], [x.shape[0]!]);
  const zeros = graph.apply('Expand', [graph.byte(128), graph.apply('Shape', [step])], { shape: [x.shape[0]!] });
  const byToken = { attributes: { axis: 0 } };
  const upperStep = graph.apply('Mul', [step, graph.float(256)]);
  const high = graph.apply('QuantizeLinear', [x, upperStep, zeros], byToken);
  const rest = graph.apply('Sub', [x, graph.apply('DequantizeLinear', [high, upperStep, zeros], byToken)]);
  const low = graph.apply('QuantizeLinear', [rest, step, zeros], byToken);
  return [high, graph.apply('Concat', [high, low], { attributes: { axis: 1 } }), scale];
}
