/** An executor that asks the store first. */
import type { Executor } from '@linchpin/plugin-api';
import type { BatchStore } from './batch-store.ts';
import { type BatchCounts, rememberingRunner } from './remembering-runner.ts';

export interface RememberedModel extends Pick<
  Executor,
  'contextLength' | 'vocabularySize' | 'isolatesSequences' | 'sharesPrefixes'
> {
  /** Everything that a batch's numbers depend on besides the batch. */
  readonly identity: string;
  /** Computes every batch again, and overwrites what the store knows of it. */
  readonly fresh?: boolean;
  /** Opens the model; called at the first batch that the store does not know. */
  open(): Promise<Executor>;
}

export interface RememberingExecutor extends Executor {
  /** Goes on counting as long as the executor runs. */
  readonly counts: BatchCounts;
}

/** Wraps a model. */
export function rememberingExecutor(store: BatchStore, model: RememberedModel): RememberingExecutor {
  const {
    contextLength,
    vocabularySize,
    isolatesSequences = false,
    sharesPrefixes = false,
    identity,
    fresh = false,
  } = model;
  const runner = rememberingRunner(store, {
    identities: [identity],
    fresh,
    async open() {
      const executor = await model.open();
      return { run: async (batch) => [await executor.run(batch)], release: () => executor.release() };
    },
  });
  return {
    contextLength,
    vocabularySize,
    isolatesSequences,
    sharesPrefixes,
    counts: runner.counts,
    async run(batch) {
      const [output] = await runner.run(batch);
      return output!;
    },
    release: () => runner.release(),
  };
}
