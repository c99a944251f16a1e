/** Losses: what training makes smaller, and where its gradient enters the graph. */
import { internalError } from '@linchpin/errors';
import type { Graph, Value } from '@linchpin/onnx';
import { GradientBuilder } from './gradient-builder.ts';

/** d loss / d value, as it is known before any rule is asked. */
export interface Flow {
  readonly of: Value;
  readonly gradient: Value;
}

export interface Loss {
  readonly value: Value; // float32 []
  readonly flow: readonly Flow[];
}

/** Any number that a graph computes, float32 [], as a loss. */
export function lossOf(graph: Graph, value: Value): Loss {
  if (value.shape.length > 0) throw internalError(`the loss ${value.name} is no single number`);
  return { value, flow: [{ of: value, gradient: graph.float(1) }] };
}

export interface CrossEntropyOperands {
  readonly logits: Value; // float32 [tokens, vocabulary]
  readonly targets: Value; // int64 [tokens]
  /** What each token counts: 1 / tokens everywhere makes a mean. */
  readonly weights: Value; // float32 [tokens]
}

/**
 * Σ weight · −ln softmax(logits)[target]. The gradient of the logits is (softmax − 1 at the target) · weight, laid here, for by
 * the rules of its parts it would take twice the passes over a whole vocabulary a token.
 */
export function crossEntropy(graph: Graph, { logits, targets, weights }: CrossEntropyOperands): Loss {
  const builder = new GradientBuilder(graph);
  const [ids, shares] = [graph.unsqueeze(targets, [1]), graph.unsqueeze(weights, [1])];
  const atTarget = builder.lay('GatherElements', [logits, ids], { attributes: { axis: 1 } });
  const probabilities = builder.lay('Softmax', [logits], { attributes: { axis: -1 } });
  // The likeliest id's probability is never too small for its logarithm, however unlikely the target is.
  const largest = (x: Value): Value =>
    builder.lay('ReduceMax', [x, graph.integers([1])], { attributes: { keepdims: 1 }, shape: ids.shape });
  const behindLargest = builder.subtract(largest(logits), atTarget);
  const surprisal = builder.subtract(behindLargest, builder.lay('Log', [largest(probabilities)]));
  const value = builder.lay('ReduceSum', [builder.multiply(surprisal, shares)], {
    attributes: { keepdims: 0 },
    shape: [],
  });
  const weighted = builder.multiply(probabilities, shares);
  const attributes = { axis: 1, reduction: 'add' };
  const gradient = builder.lay('ScatterElements', [weighted, ids, builder.negate(shares)], { attributes });
  return { value, flow: [{ of: logits, gradient: { ...gradient, shape: logits.shape } }] };
}
