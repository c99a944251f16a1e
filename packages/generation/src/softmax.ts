import { nonFiniteLogit } from './errors.ts';

/** Probabilities in float64: softmax(logits / temperature). Throws where a logit is not finite. */
export function softmax(logits: Float32Array, temperature = 1): Float64Array {
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (!Number.isFinite(logit)) throw nonFiniteLogit(logit, id);
    if (logit > largest) largest = logit;
  }
  const probabilities = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const total = probabilities.reduce((sum, weight) => sum + weight, 0);
  return probabilities.map((weight) => weight / total);
}
