/**
 * Weights as stored to float32 and back. Widening F16 (IEEE 754 binary16) and BF16 (the upper half of a float32) is
 * exact; narrowing rounds to nearest, ties to even. Stored bytes are little-endian, as is every platform Node runs on.
 */
import { internalError } from '@linchpin/errors';
import { bytesPerElement, type WeightDType } from './dtype.ts';
import { narrowToFloat16, widenFloat16 } from './float16.ts';

/** The elements of `bytes`, which need not be aligned, as a new float32 array. */
export function toFloat32(bytes: Uint8Array, dtype: WeightDType): Float32Array {
  if (bytes.length % bytesPerElement[dtype] !== 0)
    throw internalError(`${bytes.length} bytes are no whole number of ${dtype} elements`);
  switch (dtype) {
    case 'F32':
      return new Float32Array(copied(bytes).buffer);
    case 'F16':
      return widenFloat16(new Uint16Array(...aligned(bytes)));
    case 'BF16':
      return widenBfloat16(new Uint16Array(...aligned(bytes)));
  }
}

/** The elements of `values` as the bytes of a file. Values beyond the largest one of the dtype become infinite. */
export function fromFloat32(values: Float32Array, dtype: WeightDType): Uint8Array<ArrayBuffer> {
  switch (dtype) {
    case 'F32':
      return new Uint8Array(values.slice().buffer);
    case 'F16':
      return new Uint8Array(narrowToFloat16(values).buffer);
    case 'BF16':
      return new Uint8Array(narrowToBfloat16(values).buffer);
  }
}

/** The same bytes where the type holds every value as it is, signs of zeroes and NaN included; else undefined. */
export function exactBytes(values: Float32Array, dtype: WeightDType): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromFloat32(values, dtype);
  if (dtype === 'F32') return bytes;
  const kept = toFloat32(bytes, dtype);
  return values.every((value, at) => Object.is(value, kept[at])) ? bytes : undefined;
}

/** Buffer, offset and length of the 2-byte elements: a view where the offset is even, else a copy. */
function aligned(bytes: Uint8Array): [ArrayBufferLike, number, number] {
  const { buffer, byteOffset } = bytes.byteOffset % 2 === 0 ? bytes : copied(bytes);
  return [buffer, byteOffset, bytes.length / 2];
}

/** Not `slice`, which gives a view where the bytes are a Buffer. */
function copied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

function narrowToBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = bits[i]!;
    const upper = value >>> 16;
    // Rounding could carry a NaN's payload into its sign; NaN keeps its upper bits and is made quiet instead.
    halves[i] = Number.isNaN(values[i]) ? upper | 0x40 : (value + 0x7fff + (upper & 1)) >>> 16;
  }
  return halves;
}
