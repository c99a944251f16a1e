/** Log-likelihoods from an executor, at one setting of the model or at several. */
import { scoringBatchTokens } from '@linchpin/defaults';
import type { Executor, LanguageModel, SweepExecutor, SweepModel } from '@linchpin/plugin-api';
import { PackedScorer, type RequestGroups } from './packed-scorer.ts';

export interface LanguageModelOptions {
  /** Most tokens of one batch, which bounds memory; default 1024. */
  readonly batchTokens?: number;
}

/** A language model on top of anything that runs packed batches. */
export function createLanguageModel(executor: Executor, options: LanguageModelOptions = {}): LanguageModel {
  const scorer = new PackedScorer(
    {
      contextLength: executor.contextLength,
      vocabularySize: executor.vocabularySize,
      isolatesSequences: executor.isolatesSequences === true,
      sharesPrefixes: executor.sharesPrefixes === true,
      points: 1,
      tokensAtOnce: executor.tokensAtOnce,
      beginWindow: () => executor.beginWindow?.(),
      run: async (batch) => [await executor.run(batch)],
    },
    options.batchTokens ?? scoringBatchTokens,
  );
  const { contextLength, vocabularySize, cost } = scorer;
  return {
    contextLength,
    vocabularySize,
    cost,
    async *score(groups: RequestGroups) {
      for await (const [results] of scorer.score(groups)) yield results!;
    },
  };
}

/**
 * A language model at every point of a sweep, which packs and reads requests once for all. Its cost counts a token once:
 * what lies behind the point at which the swept number matters is run on it once a point.
 */
export function createSweepModel(executor: SweepExecutor, options: LanguageModelOptions = {}): SweepModel {
  const { contextLength, vocabularySize, values } = executor;
  const scorer = new PackedScorer(
    {
      contextLength,
      vocabularySize,
      isolatesSequences: executor.isolatesSequences === true,
      sharesPrefixes: false,
      points: values.length,
      beginWindow: () => executor.beginWindow?.(),
      run: (batch) => executor.run(batch),
    },
    options.batchTokens ?? scoringBatchTokens,
  );
  return { contextLength, vocabularySize, values, cost: scorer.cost, score: (groups) => scorer.score(groups) };
}
