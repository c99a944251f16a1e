/**
 * Largest and smallest values of an activation, and the steps of codes made from them. ReduceMax and ReduceMin of onnxruntime
 * 1.30 step over a NaN; 0 times the sum does not, nor over an infinity, and adds nothing where all is finite.
 */
import type { Graph } from './graph.ts';
import type { Value } from './value.ts';

/** Of each group: the axes of the groups are left with size 1. */
export interface Extremes {
  readonly high: Value;
  readonly low: Value;
  /** 0 where the group is finite, NaN where it is not. */
  readonly notANumber: Value;
}

/** Reduces groups of x, float32, which lie along `axes`. */
export function layExtremes(graph: Graph, x: Value, axes: readonly number[]): Extremes {
  const reduce = (operator: 'ReduceMax' | 'ReduceMin' | 'ReduceSum'): Value =>
    graph.apply(operator, [x, graph.integers(axes)], {
      attributes: { keepdims: 1 },
      shape: x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    });
  const [high, low] = [reduce('ReduceMax'), reduce('ReduceMin')];
  return { high, low, notANumber: graph.apply('Mul', [reduce('ReduceSum'), graph.float(0)]) };
}

/** What one of `steps` from 0 to the largest magnitude stands for, a magnitude below `smallest` counting as that; or NaN. */
export function laySymmetricScale(
  graph: Graph,
  { high, low, notANumber }: Extremes,
  { steps, smallest }: { readonly steps: number; readonly smallest: number },
): Value {
  const bound = graph.apply('Max', [high, graph.apply('Neg', [low])]);
  const magnitude = graph.apply('Max', [bound, graph.float(smallest)]);
  return graph.apply('Add', [graph.apply('Div', [magnitude, graph.float(steps)]), notANumber]);
}
