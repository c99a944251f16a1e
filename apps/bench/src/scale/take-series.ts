/**
 * Points of a series at one speed of the machine, which others may use at the same time: the points take turns, and what
 * was measured while the machine was slower is measured again.
 */
import type { ScalePoint } from './record.ts';

/** One measurement of a point. */
export type Attempt = Omit<ScalePoint, 'bestGemm'>;
export type TakeAttempt = () => Promise<Attempt>;

/** Share of the best speed of a plain product that a point may lie below it. */
const tolerance = 0.15;

/** Attempts after the rounds, for a point at which the machine was slower. */
const mostRepeats = 2;

/**
 * Every point keeps the fastest of its attempts at the machine's speed; where there is none, the one at which the machine
 * was least slow.
 */
export async function takeSeries(points: readonly TakeAttempt[], rounds: number): Promise<ScalePoint[]> {
  const attempts = points.map((): Attempt[] => []);
  const kept = (): ScalePoint[] => attempts.map((own) => keep(own, attempts.flat()));
  for (let round = 0; round < rounds; round++)
    for (const [index, take] of points.entries()) attempts[index]!.push(await take());
  for (let repeat = 0; repeat < mostRepeats; repeat++)
    for (const [index, point] of kept().entries()) if (!isAtSpeed(point)) attempts[index]!.push(await points[index]!());
  return kept();
}

/** Whether the machine was about as fast as it was at best in the series. */
export function isAtSpeed({ gemm, bestGemm }: Pick<ScalePoint, 'gemm' | 'bestGemm'>): boolean {
  return gemm >= (1 - tolerance) * bestGemm;
}

/** The best of the attempts at a point, by the speed that all attempts of the series on as many threads show. */
function keep(own: readonly Attempt[], all: readonly Attempt[]): ScalePoint {
  const [{ threads }] = own as readonly [Attempt];
  const bestGemm = Math.max(...all.filter((each) => each.threads === threads).map(({ gemm }) => gemm));
  const points = own.map((attempt): ScalePoint => ({ ...attempt, bestGemm }));
  const atSpeed = points.filter((point) => isAtSpeed(point));
  if (atSpeed.length === 0) return points.reduce((best, each) => (each.gemm > best.gemm ? each : best));
  return atSpeed.reduce((best, each) => (each.seconds < best.seconds ? each : best));
}
