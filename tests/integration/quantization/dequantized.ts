import type { QuantizedTensor } from '@linchpin/plugin-quantize';

/** What codes stand for: code · scale (+ minimum) in float32, one of both for each of equal runs. */
export function dequantized({ codes, scale, minimum }: QuantizedTensor): Float32Array {
  const runLength = codes.length / scale.length;
  return Float32Array.from(codes, (code, at) => {
    const run = Math.floor(at / runLength);
    return Math.fround(code * scale[run]!) + (minimum?.[run] ?? 0);
  });
}
