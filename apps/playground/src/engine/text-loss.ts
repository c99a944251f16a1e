/** How well a model predicts a text. */
import { logSumExp } from '@linchpin/generation';
import { AdjustedSequence, type AdjustableModel } from './adjusted-sequence.ts';
import type { Change } from './adjustment.ts';

/** ln p of every token but the first, given those before it, in nats: from one pass, float64 from float32 logits; NaN where those are not finite. */
export async function tokenLogProbabilities(
  model: AdjustableModel,
  ids: readonly number[],
  change: Change,
): Promise<Float64Array> {
  const { logits } = await new AdjustedSequence(model, change).feed(ids, { all: true, isLast: true });
  const size = logits.length / ids.length;
  return Float64Array.from({ length: ids.length - 1 }, (_, token) => {
    const row = logits.subarray(token * size, (token + 1) * size);
    return row.every(Number.isFinite) ? row[ids[token + 1]!]! - logSumExp(row) : Number.NaN;
  });
}

/** Mean negative log-likelihood in nats a token. */
export async function textLoss(model: AdjustableModel, ids: readonly number[], change: Change): Promise<number> {
  const logProbabilities = await tokenLogProbabilities(model, ids, change);
  return -logProbabilities.reduce((sum, value) => sum + value, 0) / logProbabilities.length;
}
