/** Weight matrices as codes and scales, laid out for products of floats and for products of integers. */
import type { EncodedTensor } from '@linchpin/plugin-api';
import {
  type Codes,
  dequantizeTensor,
  type QuantizedTensor,
  quantizeTensor,
  type TensorQuantizer,
} from './tensor-quantizer.ts';

export interface WeightQuantizer extends TensorQuantizer {
  /** One scale a matrix, or one an output channel. */
  readonly granularity: 'per_tensor' | 'per_channel';
}

export interface WeightMatrix {
  /** [out, in], row-major. */
  readonly values: Float32Array;
  readonly shape: readonly [number, number];
  /** Named in errors. */
  readonly name: string;
}

/** Codes and scales of a weight matrix. Throws where it is not finite. */
export function quantizeWeights({ values, shape, name }: WeightMatrix, quantizer: WeightQuantizer): QuantizedTensor {
  const groupSize = quantizer.granularity === 'per_channel' ? shape[1] : values.length;
  return quantizeTensor(values, quantizer, { groupSize, subject: name });
}

/** Codes as they are, [out, in], for products in float32: `codes`, `scale` and where asymmetric `minimum`. */
export function encodeForFloats(matrix: WeightMatrix, quantizer: WeightQuantizer): EncodedTensor[] {
  const { codes, scale, minimum } = quantizeWeights(matrix, quantizer);
  const shape = [scale.length, 1];
  return [
    { name: 'codes', ...stored(codes), shape: matrix.shape },
    { name: 'scale', type: 'float32', shape, data: scale },
    ...(minimum === undefined ? [] : [floats('minimum', minimum, shape)]),
  ];
}

/**
 * Codes of 8 bits for products of integers: int8 `codes` [in, out] around 0, `scale` [1] or [out], where asymmetric `offset`, the
 * value of code 0, of the same shape, and if asked for `sums` [out], the sum of each channel's weights.
 */
export function encodeForIntegers(
  matrix: WeightMatrix,
  quantizer: WeightQuantizer,
  options: { readonly sums: boolean },
): EncodedTensor[] {
  const quantized = quantizeWeights(matrix, quantizer);
  const { codes, scale, minimum } = quantized;
  const [out, inner] = matrix.shape;
  const zero = minimum === undefined ? 0 : centre(quantizer);
  const offset = minimum?.map((low, group) => low + zero * scale[group]!);
  return [
    { name: 'codes', type: 'int8', shape: [inner, out], data: transposed(codes, matrix.shape, zero) },
    floats('scale', scale, [scale.length]),
    ...(offset === undefined ? [] : [floats('offset', offset, [offset.length])]),
    ...(options.sums ? [floats('sums', channelSums(dequantizeTensor(quantized), matrix.shape), [out])] : []),
  ];
}

/** The code in the middle of an asymmetric range. */
export function centre({ levels }: TensorQuantizer): number {
  return (levels + 1) / 2;
}

/** Codes of 16 bits take 32: encoded tensors have no such type. */
function stored(codes: Codes): Pick<EncodedTensor, 'type' | 'data'> {
  if (codes instanceof Int8Array) return { type: 'int8', data: codes };
  if (codes instanceof Uint8Array) return { type: 'uint8', data: codes };
  return { type: 'int32', data: Int32Array.from(codes) };
}

function floats(name: string, data: Float32Array, shape: readonly number[]): EncodedTensor {
  return { name, type: 'float32', shape, data };
}

/** Cells of one tile: a tile of both matrices fits in the cache. */
const tile = 64;

/** [out, in] to [in, out], `zero` subtracted. */
function transposed(codes: Codes, [out, inner]: readonly [number, number], zero: number): Int8Array {
  const result = new Int8Array(codes.length);
  for (let rowStart = 0; rowStart < out; rowStart += tile) {
    for (let columnStart = 0; columnStart < inner; columnStart += tile) {
      const rowEnd = Math.min(rowStart + tile, out);
      const columnEnd = Math.min(columnStart + tile, inner);
      for (let row = rowStart; row < rowEnd; row++)
        for (let column = columnStart; column < columnEnd; column++)
          result[column * out + row] = codes[row * inner + column]! - zero;
    }
  }
  return result;
}

/** Summed in float64. */
function channelSums(values: Float32Array, [out, inner]: readonly [number, number]): Float32Array {
  const sums = new Float32Array(out);
  for (let row = 0; row < out; row++) {
    let sum = 0;
    for (let column = 0; column < inner; column++) sum += values[row * inner + column]!;
    sums[row] = sum;
  }
  return sums;
}
