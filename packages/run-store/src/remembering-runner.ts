/**
 * A model that is asked only for what the store does not know. Batches, not requests, are what is remembered: the same
 * questions are packed into the same batches, so a run that goes on after a kill gives bit for bit what an undisturbed
 * one gives. A batch may have several outputs, each remembered by itself: one a point of a sweep, one a model compared.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { internalError } from '@linchpin/errors';
import type { BatchOutput, PackedBatch } from '@linchpin/plugin-api';
import { batchKey } from './batch-key.ts';
import type { BatchMemory } from './batch-memory.ts';

/** What computes the outputs that are not known. */
export interface BatchRunner {
  /** Outputs of the batch, one for each index in `wanted`. */
  run(batch: PackedBatch, wanted: readonly number[]): Promise<readonly BatchOutput[]>;
  release(): Promise<void>;
}

export interface RememberedRunner {
  /** One an output: everything that its numbers depend on besides the batch. */
  readonly identities: readonly string[];
  /** Computes every batch again, and overwrites what the store knows of it. */
  readonly fresh?: boolean;
  /** Opens the model; called at the first batch of which the store does not know everything. */
  open(): Promise<BatchRunner>;
}

/** Batches that a store was asked for. */
export interface BatchCounts {
  /** Those of which everything came from the store. */
  readonly remembered: number;
  /** Those that the model was run for. */
  readonly computed: number;
}

const pollMilliseconds = 20;

export class RememberingRunner implements BatchCounts {
  remembered = 0;
  computed = 0;
  readonly #memory: BatchMemory;
  readonly #model: RememberedRunner;
  #opened: Promise<BatchRunner> | undefined;

  constructor(memory: BatchMemory, model: RememberedRunner) {
    if (model.identities.length === 0) throw internalError('a model without an output');
    this.#memory = memory;
    this.#model = model;
  }

  /** The outputs, in the order of the identities. */
  async run(batch: PackedBatch): Promise<readonly BatchOutput[]> {
    const keys = this.#model.identities.map((identity) => batchKey(identity, batch));
    if (this.#model.fresh === true) return await this.#compute(keys, batch, []);
    // One claim for all outputs: whoever wants the first wants the others too, or finds them later.
    const claim = keys[0]!;
    let known = this.#known(keys);
    while (!isWhole(known) && !this.#memory.claim(claim)) {
      await wait(pollMilliseconds);
      known = this.#known(keys);
    }
    // Whoever held the claim before may have finished since the store was asked.
    if (!isWhole(known)) known = this.#known(keys);
    if (!isWhole(known)) return await this.#compute(keys, batch, known);
    this.#memory.unclaim(claim);
    this.remembered++;
    return known;
  }

  async release(): Promise<void> {
    if (this.#opened !== undefined) await (await this.#opened).release();
  }

  #known(keys: readonly Uint8Array[]): (BatchOutput | undefined)[] {
    return keys.map((key) => this.#memory.get(key));
  }

  async #compute(
    keys: readonly Uint8Array[],
    batch: PackedBatch,
    known: readonly (BatchOutput | undefined)[],
  ): Promise<BatchOutput[]> {
    const wanted = [...keys.keys()].filter((index) => known[index] === undefined);
    try {
      this.#opened ??= this.#model.open();
      const outputs = await (await this.#opened).run(batch, wanted);
      const computed = new Map(wanted.map((index, at) => [index, outputs[at]!]));
      this.#memory.put(wanted.map((index) => [keys[index]!, computed.get(index)!]));
      // `put` ends the claim with the first output, which may have been known.
      if (!computed.has(0)) this.#memory.unclaim(keys[0]!);
      this.computed++;
      return keys.map((_, index) => computed.get(index) ?? known[index]!);
    } catch (error) {
      this.#memory.unclaim(keys[0]!);
      throw error;
    }
  }
}

function isWhole(outputs: readonly (BatchOutput | undefined)[]): outputs is readonly BatchOutput[] {
  return outputs.every((output) => output !== undefined);
}
