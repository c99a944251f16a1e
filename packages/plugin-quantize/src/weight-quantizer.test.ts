import { expect, it } from 'vitest';
import { dequantizeTensor } from './tensor-quantizer.ts';
import { encodeForIntegers, quantizeWeights, type WeightQuantizer } from './weight-quantizer.ts';

const [out, inner] = [70, 130]; // No multiple of a tile.
const values = Float32Array.from({ length: out * inner }, (_, at) => Math.sin(at * at) * (1 + at / 1000) + 0.2);
const matrix = { values, shape: [out, inner] as const, name: 'w' };

const quantizers: readonly WeightQuantizer[] = (['per_tensor', 'per_channel'] as const).flatMap((granularity) => [
  { granularity, scheme: 'symmetric', levels: 127 },
  { granularity, scheme: 'asymmetric', levels: 127 },
  { granularity, scheme: 'asymmetric', levels: 255 },
]);

it.each(quantizers)('encodes for integers what it quantizes: %o', (quantizer) => {
  const expected = dequantizeTensor(quantizeWeights(matrix, quantizer));
  const encoded = new Map(encodeForIntegers(matrix, quantizer, { sums: true }).map((tensor) => [tensor.name, tensor]));
  const { data: codes, shape, type } = encoded.get('codes')!;
  expect([type, shape]).toEqual(['int8', [inner, out]]);
  const scale = encoded.get('scale')!.data;
  const offset = encoded.get('offset')?.data;
  expect(scale.length).toBe(quantizer.granularity === 'per_channel' ? out : 1);
  expect(offset?.length).toBe(quantizer.scheme === 'symmetric' ? undefined : scale.length);
  for (let row = 0; row < out; row++) {
    const group = scale.length === 1 ? 0 : row;
    let sum = 0;
    for (let column = 0; column < inner; column++) {
      const value = codes[column * out + row]! * scale[group]! + (offset?.[group] ?? 0);
      expect(value).toBeCloseTo(expected[row * inner + column]!, 5);
      sum += expected[row * inner + column]!;
    }
    expect(encoded.get('sums')!.data[row]).toBe(Math.fround(sum));
  }
});

it('keeps a channel of zeros', () => {
  const zeroRow = values.slice().fill(0, inner, 2 * inner);
  for (const quantizer of quantizers.filter(({ granularity }) => granularity === 'per_channel')) {
    const quantized = dequantizeTensor(quantizeWeights({ ...matrix, values: zeroRow }, quantizer));
    expect(quantized.subarray(inner, 2 * inner)).toEqual(new Float32Array(inner));
  }
});
