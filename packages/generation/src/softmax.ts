import { nonFiniteLogit } from './errors.ts';

/** Probabilities in float64: softmax(logits / temperature). Throws where a logit is not finite. */
export function softmax(logits: Float32Array, temperature: number = 1): Float64Array {
  const largest = largestOf(logits);
  const probabilities = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const total = probabilities.reduce((sum, weight) => sum + weight, 0);
  return probabilities.map((weight) => weight / total);
}

/** ln Σ exp of logits, in float64. Throws where one is not finite. */
export function logSumExp(logits: Float32Array): number {
  const largest = largestOf(logits);
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - largest);
  return largest + Math.log(sum);
}

function largestOf(logits: Float32Array): number {
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (!Number.isFinite(logit)) throw nonFiniteLogit(logit, id);
    if (logit > largest) largest = logit;
  }
  return largest;
}
