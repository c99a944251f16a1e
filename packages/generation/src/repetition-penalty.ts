/**
 * The repetition penalty of CTRL as transformers 5.23.0 has it (`RepetitionPenaltyLogitsProcessor`): scores of ids that the
 * prompt or the text already holds are divided by the penalty where they are above zero and multiplied where they are below.
 */
import { settingOutOfRange } from './errors.ts';

/** 1 changes nothing; above it, repetition becomes less likely. */
export function checkRepetitionPenalty(penalty: number): void {
  if (!(penalty > 0 && penalty < Infinity)) throw settingOutOfRange('repetition-penalty', penalty, 'a number above 0');
}

/** In float32, as the scores are. */
export function penalized(score: number, penalty: number): number {
  const factor = Math.fround(penalty);
  return Math.fround(score < 0 ? score * factor : score / factor);
}

/** A copy of logits under the penalty for the ids that are there; they themselves where it is 1. */
export function withPenalty(logits: Float32Array, penalty: number, ids: readonly number[]): Float32Array {
  if (penalty === 1) return logits;
  const changed = logits.slice();
  for (const id of new Set(ids)) changed[id] = penalized(logits[id]!, penalty);
  return changed;
}
