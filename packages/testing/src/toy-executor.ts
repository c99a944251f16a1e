/**
 * A language model without weights: the distribution after a token is a hash of the ids on its path. It runs packed
 * batches in microseconds and is exact, so that whatever packing does wrong shows up as another number.
 */
import type { BatchOutput, Executor, PackedBatch } from '@linchpin/plugin-api';

export interface ToyExecutor extends Executor {
  /** The batches that were run, for tests that look at sizes. */
  readonly batches: readonly PackedBatch[];
}

export interface ToyOptions {
  readonly contextLength?: number;
  readonly vocabularySize?: number;
  /** Whether batches may have a prefix. */
  readonly sharesPrefixes?: boolean;
  /** Marks tokens as unresolved, by flat index, as an edit would that cannot decide for them. */
  readonly unresolved?: (batch: PackedBatch) => Uint8Array;
}

export function toyExecutor(options: ToyOptions = {}): ToyExecutor {
  const batches: PackedBatch[] = [];
  const vocabularySize = options.vocabularySize ?? 13;
  return {
    contextLength: options.contextLength ?? 64,
    vocabularySize,
    sharesPrefixes: options.sharesPrefixes ?? false,
    batches,
    async run(batch) {
      batches.push(batch);
      const output = runBatch(batch, vocabularySize);
      return options.unresolved === undefined ? output : { ...output, unresolved: options.unresolved(batch) };
    },
    async release() {},
  };
}

function runBatch(batch: PackedBatch, vocabularySize: number): BatchOutput {
  if (batch.prefix !== undefined && batch.rows !== 1) throw new Error(`a prefix before ${batch.rows} rows`);
  const distributions = Array.from(batch.scoredTokens, (token) =>
    toyDistribution(pathTo(batch, token), vocabularySize),
  );
  return {
    logProbabilities: Float32Array.from(
      batch.targetIds,
      (id, target) => distributions[batch.targetRows[target]!]![id]!,
    ),
    greedyIds: Int32Array.from(distributions, (distribution) => distribution.indexOf(Math.max(...distribution))),
    activations: new Map(),
  };
}

/** The ids from a tree's root to a token, read from the batch as an attention mask would be. */
function pathTo(batch: PackedBatch, token: number): number[] {
  const start = Math.floor(token / batch.rowLength) * batch.rowLength;
  const path: number[] = [...(batch.prefix?.tokenIds ?? [])];
  for (let other = start; other <= token; other++) {
    if (token - start >= batch.subtreeEnds[other]!) continue;
    if (batch.positions[other] !== path.length)
      throw new Error(`token ${other} is at position ${batch.positions[other]}, its depth is ${path.length}`);
    path.push(batch.tokenIds[other]!);
  }
  return path;
}

/** ln p of every id after a path. */
export function toyDistribution(path: readonly number[], vocabularySize: number): Float64Array {
  let state = 2166136261;
  for (const id of path) state = Math.imul(state ^ (id + 1), 16777619) >>> 0;
  const logits = Float64Array.from(
    { length: vocabularySize },
    (_, id) => ((Math.imul(state ^ (id * 40503), 2654435761) >>> 0) / 2 ** 32) * 6,
  );
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits.map((logit) => logit - total);
}
