/** Quantized inputs inside graphs, where references have no figures: several sequences, given places, what is not finite. */
import { areIntegersExact } from '@linchpin/runtime';
import type { Value } from '@linchpin/onnx';
import {
  type InputQuantizer,
  integerProduct,
  layQuantizeDequantize,
  lowerMedian,
  quantizeTensor,
  simulatedProduct,
} from '@linchpin/plugin-quantize';
import { expect, it } from 'vitest';
import { type GraphPiece, runGraph } from '../run-graph.ts';
import { dequantized } from './dequantized.ts';

/** Integer kernels are one of the two executions; where the processor adds their products up wrongly, sessions are refused. */
const isExact = await areIntegersExact();
const unless = isExact ? '' : ' (skipped: products of 8-bit integers are not exact on this processor)';

const [rows, rowLength, width, out] = [3, 4, 6, 5];
const x = Float32Array.from({ length: rows * rowLength * width }, (_, at) => Math.sin(at * at) * (1 + (at % 7)));
const matrix = Float32Array.from({ length: out * width }, (_, at) => Math.cos(at * 3));
const perTensor: InputQuantizer = { granularity: 'per_tensor', scheme: 'asymmetric', levels: 255 };
const perToken: InputQuantizer = { granularity: 'per_token', scheme: 'symmetric', levels: 127 };
const given = [{ token: 1, channel: 3 }] as const;
const weights = { granularity: 'per_channel', scheme: 'symmetric', levels: 127 } as const;

it('gives every sequence its own scale', async () => {
  const values = await quantized(x, perTensor);
  const size = rowLength * width;
  for (let row = 0; row < rows; row++) {
    const part = x.subarray(row * size, (row + 1) * size);
    const expected = dequantized(quantizeTensor(part, perTensor, { groupSize: size, subject: 'x' }));
    expect(values.subarray(row * size, (row + 1) * size)).toEqual(expected);
  }
});

it('keeps a constant sequence as it is', async () => {
  const constant = new Float32Array(x.length).fill(-0.3);
  expect(await quantized(constant, perTensor)).toEqual(constant);
});

it('holds given places out of every sequence that reaches them', async () => {
  const heldOut = [
    { token: 1, channel: 2 },
    { token: rowLength - 1, channel: width - 1 },
    { token: rowLength, channel: 0 },
  ];
  const values = await quantized(x, { ...perToken, heldOut });
  const size = rowLength * width;
  const places = [width + 2, size - 1];
  for (let row = 0; row < rows; row++) {
    const part = x.slice(row * size, (row + 1) * size);
    const rest = part.slice();
    for (const place of places) rest[place] = lowerMedian(part);
    const expected = dequantized(quantizeTensor(rest, perToken, { groupSize: width, subject: 'x' }));
    for (const place of places) expected[place] = part[place]!;
    expect([...values.subarray(row * size, (row + 1) * size)].map((value) => value + 0)).toEqual([...expected]);
  }
});

it.skipIf(!isExact).each([
  perTensor,
  perToken,
  { ...perTensor, heldOut: 'largest' },
  { ...perToken, heldOut: 'largest' },
  {
    ...perTensor,
    heldOut: [
      { token: 1, channel: 2 },
      { token: 9, channel: 0 },
      { token: 1, channel: 0 },
    ],
  },
  {
    ...perToken,
    heldOut: [
      { token: 9, channel: 0 },
      { token: 0, channel: 5 },
    ],
  },
] satisfies readonly InputQuantizer[])(`multiplies alike in both executions: %o${unless}`, async (input) => {
  const products = await bothProducts(x, input);
  const largest = Math.max(...products[0].map(Math.abs));
  products[0].forEach((value, at) => expect(Math.abs(value - products[1][at]!)).toBeLessThan(1e-5 * largest));
});

it.skipIf(!isExact).each([
  [Number.NaN, perToken],
  [Infinity, perToken],
  [-Infinity, perTensor],
  [Number.NaN, perTensor],
  [Number.NaN, { ...perTensor, heldOut: 'largest' }],
] as const)(`makes every output NaN for a group with %s, in both executions: %o${unless}`, async (value, input) => {
  const damaged = x.slice();
  damaged[width + 3] = value;
  const affected = input.granularity === 'per_token' ? [1] : [0, 1, 2, 3];
  for (const product of await bothProducts(damaged, input)) {
    const bad = [...product.keys()].filter((at) => Number.isNaN(product[at]));
    expect(bad).toEqual(
      affected.flatMap((token) => Array.from({ length: out }, (_, channel) => token * out + channel)),
    );
  }
});

it.skipIf(!isExact).each([
  [Infinity, perToken, 'largest'],
  [-Infinity, perTensor, 'largest'],
  [Infinity, perTensor, given],
  [Number.NaN, perToken, given],
] as const)(
  `makes the outputs of its token not finite where the held-out scalar is %s, and no others: %o${unless}`,
  async (value, quantizer, heldOut) => {
    const damaged = x.slice();
    damaged[width + 3] = value;
    const whole = await bothProducts(x, { ...quantizer, heldOut });
    for (const [execution, product] of (await bothProducts(damaged, { ...quantizer, heldOut })).entries()) {
      const bad = [...product.keys()].filter((at) => !Number.isFinite(product[at]));
      expect(bad).toEqual(Array.from({ length: out }, (_, channel) => out + channel));
      // Of the other sequences nothing at all changes.
      const others = rowLength * out;
      expect(product.subarray(others)).toEqual(whole[execution]!.subarray(others));
    }
  },
);

async function quantized(values: Float32Array, quantizer: InputQuantizer): Promise<Float32Array> {
  const result = await runGraph([rows, rowLength], ({ graph, rowShape }) => ({
    values: layQuantizeDequantize(graph, inputOf(graph, values), rowShape, quantizer),
  }));
  return result.get('values')!;
}

async function bothProducts(values: Float32Array, input: InputQuantizer): Promise<[Float32Array, Float32Array]> {
  const parts = { module: 'm', weights, input, source: null };
  const executions = { simulated: simulatedProduct(parts), integer: integerProduct(parts) };
  const result = await runGraph([rows, rowLength], ({ graph, rowShape }) => {
    const value = inputOf(graph, values);
    const products = Object.entries(executions).map(([name, execution]) => {
      const encoded = execution
        .encode(matrix, [out, width])
        .map((tensor): [string, Value] => [
          tensor.name,
          graph.tensor(`${name}:${tensor.name}`, tensor.type, tensor.shape, tensor.data),
        ]);
      const context = { graph, x: value, rowShape, encoded: new Map(encoded), name };
      return [name, execution.lay({ ...context, shared: (_, lay) => lay() })];
    });
    return Object.fromEntries(products) as Record<string, Value>;
  });
  return [result.get('simulated')!, result.get('integer')!];
}

function inputOf(graph: GraphPiece['graph'], values: Float32Array): Value {
  return graph.tensor('x', 'float32', [rows * rowLength, width], values);
}
