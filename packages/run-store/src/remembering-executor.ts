/**
 * An executor that asks the store first. Batches, not requests, are what is remembered: the same questions are packed
 * into the same batches, so a run that goes on after a kill gives bit for bit what an undisturbed one gives.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { BatchOutput, Executor, PackedBatch } from '@linchpin/plugin-api';
import { batchKey } from './batch-key.ts';
import type { BatchMemory } from './batch-memory.ts';

export interface RememberedModel extends Pick<Executor, 'contextLength' | 'vocabularySize' | 'isolatesSequences'> {
  /** Everything that a batch's numbers depend on besides the batch. */
  readonly identity: string;
  /** Computes every batch again, and overwrites what the store knows of it. */
  readonly fresh?: boolean;
  /** Opens the model; called at the first batch that the store does not know. */
  open(): Promise<Executor>;
}

export interface RememberingExecutor extends Executor {
  /** Batches that came from the store. */
  readonly remembered: number;
  /** Batches that the model was run for. */
  readonly computed: number;
}

const pollMilliseconds = 20;

/** Wraps a model; activations are not remembered, so it must have no read sites. */
export function rememberingExecutor(memory: BatchMemory, model: RememberedModel): RememberingExecutor {
  return new StoredExecutor(memory, model);
}

class StoredExecutor implements RememberingExecutor {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly isolatesSequences: boolean;
  remembered = 0;
  computed = 0;
  readonly #memory: BatchMemory;
  readonly #model: RememberedModel;
  #opened: Promise<Executor> | undefined;

  constructor(memory: BatchMemory, model: RememberedModel) {
    this.#memory = memory;
    this.#model = model;
    this.contextLength = model.contextLength;
    this.vocabularySize = model.vocabularySize;
    this.isolatesSequences = model.isolatesSequences ?? false;
  }

  async run(batch: PackedBatch): Promise<BatchOutput> {
    const key = batchKey(this.#model.identity, batch);
    if (this.#model.fresh === true) return await this.#compute(key, batch);
    let known = this.#memory.get(key);
    while (known === undefined && !this.#memory.claim(key)) {
      await wait(pollMilliseconds);
      known = this.#memory.get(key);
    }
    // Whoever held the claim before may have finished since the store was asked.
    known ??= this.#memory.get(key);
    if (known === undefined) return await this.#compute(key, batch);
    this.#memory.unclaim(key);
    this.remembered++;
    return { ...known, activations: new Map() };
  }

  async release(): Promise<void> {
    if (this.#opened !== undefined) await (await this.#opened).release();
  }

  async #compute(key: Uint8Array, batch: PackedBatch): Promise<BatchOutput> {
    try {
      this.#opened ??= this.#model.open();
      const output = await (await this.#opened).run(batch);
      this.#memory.put(key, output);
      this.computed++;
      return output;
    } catch (error) {
      this.#memory.unclaim(key);
      throw error;
    }
  }
}
