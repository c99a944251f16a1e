import { expect, it } from 'vitest';
import { matrixMagnitudes } from './matrix-magnitudes.ts';

async function* pieces(...values: readonly (readonly number[])[]): AsyncGenerator<Float32Array> {
  for (const each of values) yield Float32Array.from(each);
}

it('reads norms, the largest scalars and ranks, wherever the pieces end', async () => {
  const asked = new Map([
    [1, -4],
    [3, 1],
  ]);
  const found = await matrixMagnitudes(pieces([3, -4, 0], [1, -12], [5]), { shape: [3, 2], most: 2, asked });
  expect([...found.norms]).toEqual([5, 1, 13]);
  expect(found.largest).toEqual([
    { at: 4, magnitude: 12 },
    { at: 5, magnitude: 5 },
  ]);
  expect([...found.larger]).toEqual([
    [1, 2],
    [3, 4],
  ]);
});
