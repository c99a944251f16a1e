/** Runs whole sequences through a checkpoint, one a row, and gives back what references list: every distribution's facts. */
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { BatchOutput, Executor, Intervention, PackedBatch } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';

export async function openExecutor(
  folder: string,
  options: { interventions?: readonly Intervention[]; readSites?: readonly string[] } = {},
): Promise<Executor> {
  return await createExecutor(await layCheckpoint(await openDecoder(folder), options));
}

export interface SequenceFacts {
  /** ln p(id[t+1] | id[0..t]). */
  readonly nextLogProbabilities: Float32Array;
  /** Arg-max after every token. */
  readonly top: Int32Array;
  /** ln p of every id after the last token. */
  readonly lastLogProbabilities: Float32Array;
  readonly activations: ReadonlyMap<string, Float32Array>;
}

/** Runs one sequence as a batch of one row. */
export async function runSequence(executor: Executor, ids: readonly number[]): Promise<SequenceFacts> {
  return sequenceFacts(await executor.run(sequenceBatch(ids, executor.vocabularySize)), ids);
}

/** One sequence as a batch of one row, asked for what follows every token and for all ids after the last. */
export function sequenceBatch(ids: readonly number[], vocabularySize: number): PackedBatch {
  const length = ids.length;
  const everyId = Int32Array.from({ length: vocabularySize }, (_, id) => id);
  const following = ids.slice(1);
  return {
    rows: 1,
    rowLength: length,
    tokenIds: Int32Array.from(ids),
    positions: Int32Array.from(ids, (_, position) => position),
    subtreeEnds: new Int32Array(length).fill(length),
    scoredTokens: Int32Array.from(ids, (_, position) => position),
    targetRows: Int32Array.from([...following.keys(), ...everyId.map(() => length - 1)]),
    targetIds: Int32Array.from([...following, ...everyId]),
  };
}

export function sequenceFacts(output: BatchOutput, ids: readonly number[]): SequenceFacts {
  const following = ids.length - 1;
  return {
    nextLogProbabilities: output.logProbabilities.subarray(0, following),
    top: output.greedyIds,
    lastLogProbabilities: output.logProbabilities.subarray(following),
    activations: output.activations,
  };
}

/** Log-softmax in float64. */
export function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return logits.map((logit) => logit - largest - total);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} numbers`);
  let largest = 0;
  // A NaN must not pass for a small difference.
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Number.isNaN(a[i]! - b[i]!) ? Infinity : Math.abs(a[i]! - b[i]!));
  return largest;
}
