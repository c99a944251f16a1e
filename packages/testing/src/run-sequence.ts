/** Runs whole sequences through an executor, one a row, and gives back what references list: every distribution's facts. */
import type { BatchOutput, Executor, PackedBatch } from '@linchpin/plugin-api';

/** Of a sequence of n tokens; log-probabilities are natural. */
export interface SequenceFacts {
  /** ln p(id[t+1] | id[0..t]): float32 [n - 1]. */
  readonly nextLogProbabilities: Float32Array;
  /** Arg-max after every token: int32 [n]. */
  readonly top: Int32Array;
  /** ln p of every id after the last token: float32 [vocabulary]. */
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

/** Takes the output of such a batch apart. */
export function sequenceFacts(output: BatchOutput, ids: readonly number[]): SequenceFacts {
  const following = ids.length - 1;
  return {
    nextLogProbabilities: output.logProbabilities.subarray(0, following),
    top: output.greedyIds,
    lastLogProbabilities: output.logProbabilities.subarray(following),
    activations: output.activations,
  };
}
