/** A product of dequantized codes in float32: works for every option. */
import type { Json, ProductExecution } from '@linchpin/plugin-api';
import { type InputQuantizer, inputKey, layQuantizeDequantize } from './input-quantizer.ts';
import { encodeForFloats, type WeightQuantizer } from './weight-quantizer.ts';

export interface QuantizedProduct {
  readonly module: string;
  readonly weights: WeightQuantizer;
  /** Absent where the input stays as it is. */
  readonly input?: InputQuantizer;
  /** Identity of what was done to the matrix before, as far as the intervention's settings do not tell. */
  readonly source: Json;
}

/** Quantizes matrix and input, and multiplies what the codes stand for. */
export function simulatedProduct({ module, weights, input, source }: QuantizedProduct): ProductExecution {
  return {
    name: 'int8-simulated',
    encoding: { layout: 'out-in', weights: { ...weights }, source },
    encode: (values, shape) => encodeForFloats({ values, shape, name: `${module}.weight` }, weights),
    lay({ graph, x, encoded, bias, rowShape, name, shared }) {
      const [quantized] =
        input === undefined
          ? [x]
          : shared(`simulated ${inputKey(input)}`, () => [layQuantizeDequantize(graph, x, rowShape, input)]);
      const product = graph.apply('Mul', [graph.cast(encoded.get('codes')!, 'float32'), encoded.get('scale')!]);
      const minimum = encoded.get('minimum');
      const matrix = minimum === undefined ? product : graph.apply('Add', [product, minimum]);
      const operands = bias === undefined ? [quantized!, matrix] : [quantized!, matrix, bias];
      return graph.apply('Gemm', operands, { attributes: { transB: 1 }, name });
    },
  };
}
