import { describe, expect, it } from 'vitest';
import { rollingWindows } from './rolling-windows.ts';

function windows(length: number): number[][][] {
  const ids = Int32Array.from({ length }, (_, index) => index);
  return [...rollingWindows(ids, 99, 4)].map(({ context, continuation }) => [[...context], [...continuation]]);
}

describe('rollingWindows', () => {
  it('predicts the first tokens from the prefix, later ones from one token more', () => {
    expect(windows(3)).toEqual([[[99], [0, 1, 2]]]);
    expect(windows(8)).toEqual([
      [[99], [0, 1, 2, 3]],
      [[3], [4, 5, 6, 7]],
    ]);
  });

  it('fills the last window up at its left', () => {
    expect(windows(10).at(-1)).toEqual([
      [5, 6, 7],
      [8, 9],
    ]);
  });

  it('asks nothing about nothing', () => {
    expect(windows(0)).toEqual([]);
  });
});
