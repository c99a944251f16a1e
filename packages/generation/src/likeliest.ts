import { softmax } from './softmax.ts';

export interface LikelyToken {
  readonly id: number;
  readonly probability: number;
}

/** The `count` likeliest ids, in descending order; equally likely ones in the order of their ids. */
export function likeliest(logits: Float32Array, count: number): LikelyToken[] {
  const probabilities = softmax(logits);
  return Array.from(idsByLikelihood(logits).subarray(0, count), (id) => ({
    id,
    probability: probabilities[id]!,
  }));
}

/** All ids, the likeliest first; equally likely ones in the order of their ids. */
export function idsByLikelihood(logits: Float32Array): Int32Array {
  // Not by probability: different logits may have equal ones.
  return Int32Array.from(logits, (_, id) => id).toSorted((a, b) => logits[b]! - logits[a]! || a - b);
}
