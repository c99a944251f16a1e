/**
 * How the next token is chosen: the arg-max, or a draw from a distribution that is sharpened and cut as transformers
 * 5.23.0 does it (`TemperatureLogitsWarper`, `TopKLogitsWarper`, `TopPLogitsWarper`, in this order). Deviations: among
 * equally likely ids the lower one is kept, so that top-k keeps k ids and never more; draws come from CPython's generator.
 */
import { PythonRandom } from '@linchpin/random';
import { settingOutOfRange } from './errors.ts';
import { idsByLikelihood } from './likeliest.ts';
import { checkRepetitionPenalty, withPenalty } from './repetition-penalty.ts';
import { softmax } from './softmax.ts';

/** Gives an id for the logits of the next token, float32 [vocabulary], and the ids of prompt and text before it. */
export type ChooseToken = (logits: Float32Array, ids: readonly number[]) => number;

export interface SamplingOptions {
  /** Divides the logits: below 1 sharpens, above 1 flattens; 1 when absent. */
  readonly temperature?: number;
  /** Keeps only so many of the likeliest ids. */
  readonly topK?: number;
  /** Then keeps the fewest of the likeliest ids whose probabilities sum to at least this. */
  readonly topP?: number;
  /** Equal seeds give equal draws. */
  readonly seed: number;
}

/** The likeliest id, the first on ties. */
export function greedy(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}

/** Chooses from logits in which what is there already counts less; 1 changes nothing. */
export function repeating(choose: ChooseToken, penalty: number): ChooseToken {
  checkRepetitionPenalty(penalty);
  return penalty === 1 ? choose : (logits, ids) => choose(withPenalty(logits, penalty, ids), ids);
}

/** Draws ids one after the other; throws for settings outside their ranges. */
export function sampler({ temperature = 1, topK, topP, seed }: SamplingOptions): (logits: Float32Array) => number {
  if (!(temperature > 0 && temperature < Infinity))
    throw settingOutOfRange('temperature', temperature, 'a number above 0');
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1))
    throw settingOutOfRange('top-k', topK, 'a whole number of at least 1');
  if (topP !== undefined && !(topP > 0 && topP <= 1))
    throw settingOutOfRange('top-p', topP, 'a number above 0 and at most 1');
  const random = new PythonRandom(seed);
  return (logits) => {
    const probabilities = softmax(logits, temperature);
    const kept = keptIds(idsByLikelihood(logits), probabilities, { topK, topP });
    return draw(probabilities, kept, random.random());
  };
}

interface Cuts {
  readonly topK: number | undefined;
  readonly topP: number | undefined;
}

/** The ids that may be drawn, from all of them with the likeliest first: top-p counts what top-k has left as the whole. */
export function keptIds(sorted: Int32Array, probabilities: Float64Array, { topK, topP = 1 }: Cuts): Int32Array {
  const ids = sorted.subarray(0, topK);
  if (topP === 1) return ids;
  const enough = topP * ids.reduce((sum, id) => sum + probabilities[id]!, 0);
  let kept = 0;
  for (let sum = 0; sum < enough && kept < ids.length; kept++) sum += probabilities[ids[kept]!]!;
  return ids.subarray(0, kept);
}

/** The id at which the running sum passes `share` of the whole; `share` is in [0, 1). */
function draw(probabilities: Float64Array, ids: Int32Array, share: number): number {
  let rest = share * ids.reduce((sum, id) => sum + probabilities[id]!, 0);
  for (const id of ids) {
    rest -= probabilities[id]!;
    if (rest < 0) return id;
  }
  // Rounding may leave a rest behind the last id.
  return ids.at(-1)!;
}
