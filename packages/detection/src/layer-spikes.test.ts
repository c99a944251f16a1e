import { expect, it } from 'vitest';
import { measureSpikes } from './layer-spikes.ts';

/** Y = X · Wᵀ of two tokens, three input and two output channels. */
const matrix = [Float32Array.of(0.5, -2, 1), Float32Array.of(3, 1, -1)];
const x = Float32Array.of(1, 10, 2, -12, 0, 1);

async function measure(): ReturnType<typeof measureSpikes> {
  const y = Float32Array.from(
    [0, 1].flatMap((token) => matrix.map((row) => dot(x.subarray(3 * token, 3 * token + 3), row))),
  );
  return await measureSpikes({
    place: { layer: 4 },
    module: 'layers.4.down',
    shape: [2, 3],
    input: x,
    output: y,
    readRow: async (row) => matrix[row]!,
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

it('measureSpikes finds the spikes and both scalars behind the output', async () => {
  // Y = [[-17.5, 11], [-5, -37]]
  const spikes = await measure();
  expect(spikes).toMatchObject({
    layer: 4,
    input: { value: -12, token: 1, channel: 0 },
    output: { value: -37, token: 1, channel: 1 },
    atLargestInput: { column: 0, input: -12, weight: 3 },
    largest: { column: 0, input: -12, weight: 3 },
  });
  expect(spikes.largest.explained).toBeCloseTo(36 / 37, 12);
});

it('takes the share at the token of the output, where the input that is largest elsewhere may be small', async () => {
  const spikes = await measureSpikes({
    place: { layer: 0 },
    module: 'm',
    shape: [1, 2],
    input: Float32Array.of(100, 0, 1, 9),
    output: Float32Array.of(1, 10),
    readRow: async () => Float32Array.of(0.01, 1),
  });
  expect(spikes.output).toEqual({ value: 10, token: 1, channel: 0 });
  expect(spikes.atLargestInput).toMatchObject({ column: 0, input: 1 });
  expect(spikes.atLargestInput.explained).toBeCloseTo(0.001, 6);
  expect(spikes.largest).toMatchObject({ column: 1, input: 9, explained: 0.9 });
});
