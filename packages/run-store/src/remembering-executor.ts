/** An executor that asks the store first. */
import type { BatchOutput, Executor, PackedBatch } from '@linchpin/plugin-api';
import type { BatchMemory } from './batch-memory.ts';
import { type BatchCounts, RememberingRunner } from './remembering-runner.ts';

export interface RememberedModel extends Pick<Executor, 'contextLength' | 'vocabularySize' | 'isolatesSequences'> {
  /** Everything that a batch's numbers depend on besides the batch. */
  readonly identity: string;
  /** Computes every batch again, and overwrites what the store knows of it. */
  readonly fresh?: boolean;
  /** Opens the model; called at the first batch that the store does not know. */
  open(): Promise<Executor>;
}

export interface RememberingExecutor extends Executor, BatchCounts {}

/** Wraps a model. */
export function rememberingExecutor(memory: BatchMemory, model: RememberedModel): RememberingExecutor {
  return new StoredExecutor(memory, model);
}

class StoredExecutor implements RememberingExecutor {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly isolatesSequences: boolean;
  readonly #runner: RememberingRunner;

  constructor(memory: BatchMemory, model: RememberedModel) {
    this.contextLength = model.contextLength;
    this.vocabularySize = model.vocabularySize;
    this.isolatesSequences = model.isolatesSequences ?? false;
    this.#runner = new RememberingRunner(memory, {
      identities: [model.identity],
      ...(model.fresh === undefined ? {} : { fresh: model.fresh }),
      async open() {
        const executor = await model.open();
        return { run: async (batch) => [await executor.run(batch)], release: () => executor.release() };
      },
    });
  }

  get remembered(): number {
    return this.#runner.remembered;
  }

  get computed(): number {
    return this.#runner.computed;
  }

  async run(batch: PackedBatch): Promise<BatchOutput> {
    const [output] = await this.#runner.run(batch);
    return output!;
  }

  async release(): Promise<void> {
    await this.#runner.release();
  }
}
