/** The loss of the measured text at several factors of the super weight: Figure 6, computed while nothing else is. */
import { useEffect, useState } from 'preact/hooks';
import type { OpenedFacts } from '../engine/playground-engine.ts';
import type { EngineClient } from './engine-client.ts';
import { changeOf, superWeightOf } from './places.ts';

export interface CurvePoint {
  readonly factor: number;
  /** Nats a token. */
  readonly loss: number;
}

/** Those of Figure 6, and some between. */
const factors: readonly number[] = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.2, 1.5, 2, 2.5, 3];

/** Points in the order of their factors; they come one by one. `isIdle`: whether it may compute now. */
export function useLossCurve(
  client: EngineClient | undefined,
  facts: OpenedFacts | undefined,
  isIdle: boolean,
): readonly CurvePoint[] {
  const [points, setPoints] = useState<readonly CurvePoint[]>([]);
  useEffect(() => setPoints([]), [client]);
  useEffect(() => {
    const weight = facts === undefined ? undefined : superWeightOf(facts);
    const factor = factors.find((each) => !points.some((point) => point.factor === each));
    if (client === undefined || facts === undefined || weight === undefined || factor === undefined || !isIdle)
      return undefined;
    let isCurrent = true;
    const change = changeOf(facts.matrices, [{ ...weight, kind: 'factor', amount: factor }], false);
    void client.engine.loss(change).then((loss) => {
      if (isCurrent) setPoints((before) => [...before, { factor, loss }].toSorted((a, b) => a.factor - b.factor));
    });
    return () => {
      isCurrent = false;
    };
  }, [client, facts, isIdle, points]);
  return points;
}
