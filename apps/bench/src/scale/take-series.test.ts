import { describe, expect, it } from 'vitest';
import { type Attempt, isAtSpeed, takeSeries, type TakeAttempt } from './take-series.ts';

/** Gives the attempts one after the other, and writes down when it was asked. */
function taking(x: number, attempts: readonly Partial<Attempt>[], asked: number[] = []): TakeAttempt {
  const counts = { requests: 1, tokensAsked: 1, tokensComputed: 1, matrixFlops: 1, peakMemory: 1 };
  const left = [...attempts];
  return async () => {
    asked.push(x);
    const attempt = left.shift();
    if (attempt === undefined) throw new Error(`point ${x} was measured too often`);
    return { x, execution: 'float32', threads: 2, seconds: 1, gemm: 100, ...counts, ...attempt };
  };
}

describe('takeSeries', () => {
  it('lets the points take turns, round by round', async () => {
    const asked: number[] = [];
    const point = (x: number): TakeAttempt => taking(x, [{}, {}], asked);
    await takeSeries([point(1), point(2), point(3)], 2);
    expect(asked).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('keeps the fastest attempt at the speed of the machine', async () => {
    const point = taking(1, [
      { seconds: 3, gemm: 100 },
      { seconds: 2, gemm: 85 },
      { seconds: 1, gemm: 84 },
    ]);
    expect(await takeSeries([point], 3)).toMatchObject([{ seconds: 2, gemm: 85, bestGemm: 100 }]);
  });

  it('measures a point again that was taken while the machine was slower', async () => {
    const asked: number[] = [];
    const slow = taking(1, [{ gemm: 60 }, { gemm: 50 }, { gemm: 99, seconds: 4 }], asked);
    const [point] = await takeSeries([slow, taking(2, [{}], asked)], 1);
    expect(asked).toEqual([1, 2, 1, 1]);
    expect(point).toMatchObject({ seconds: 4, gemm: 99 });
  });

  it('ends after two repeats, and keeps the attempt at which the machine was least slow', async () => {
    const slow = taking(1, [
      { gemm: 60, seconds: 3 },
      { gemm: 70, seconds: 2 },
      { gemm: 50, seconds: 1 },
    ]);
    const [point] = await takeSeries([slow, taking(2, [{}])], 1);
    expect(point).toMatchObject({ seconds: 2, gemm: 70, bestGemm: 100 });
    expect(isAtSpeed(point!)).toBe(false);
  });

  it('compares speeds of as many threads', async () => {
    const one = taking(1, [{ threads: 1, gemm: 50 }]);
    expect(await takeSeries([one, taking(2, [{}])], 1)).toMatchObject([{ bestGemm: 50 }, { bestGemm: 100 }]);
  });
});
