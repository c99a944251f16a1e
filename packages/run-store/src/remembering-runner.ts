/**
 * A model that is asked only for what the store does not know. Batches, not requests, are what is remembered: the same
 * questions are packed into the same batches, so a run that goes on after a kill gives bit for bit what an undisturbed
 * one gives. A batch may have several outputs, each remembered by itself: one a point of a sweep, one a model compared.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { internalError } from '@linchpin/errors';
import type { BatchOutput, PackedBatch } from '@linchpin/plugin-api';
import { batchKey } from './batch-key.ts';
import type { BatchStore } from './batch-store.ts';

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

export interface RememberingRunner {
  /** Goes on counting as long as the runner runs. */
  readonly counts: BatchCounts;
  /** The outputs, in the order of the identities. */
  run(batch: PackedBatch): Promise<readonly BatchOutput[]>;
  /** Releases the model if it was opened; may be called again. */
  release(): Promise<void>;
}

/** Wraps a model. */
export function rememberingRunner(store: BatchStore, model: RememberedRunner): RememberingRunner {
  if (model.identities.length === 0) throw internalError('a model without an output');
  const counts = { remembered: 0, computed: 0 };
  let opening: Promise<BatchRunner> | undefined;
  let released: Promise<void> | undefined;
  const ask = async (keys: readonly Uint8Array[]): Promise<Known[]> =>
    await Promise.all(keys.map((key) => store.get(key)));
  const compute = async (keys: readonly Uint8Array[], batch: PackedBatch, known: readonly Known[]) => {
    const wanted = [...keys.keys()].filter((index) => known[index] === undefined);
    try {
      opening ??= model.open();
      const outputs = await (await opening).run(batch, wanted);
      const computed = new Map(wanted.map((index, at) => [index, outputs[at]!]));
      await store.put(wanted.map((index) => [keys[index]!, computed.get(index)!]));
      // `put` ends the claim with the first output, which may have been known.
      if (!computed.has(0)) await store.unclaim(keys[0]!);
      counts.computed++;
      return keys.map((_, index) => computed.get(index) ?? known[index]!);
    } catch (error) {
      await store.unclaim(keys[0]!);
      throw error;
    }
  };
  const release = async (): Promise<void> => {
    // Of a model that could not be opened, `run` has said so, and there is nothing to release.
    const opened = await opening?.catch(() => undefined);
    await opened?.release();
  };
  return {
    counts,
    async run(batch) {
      const keys = model.identities.map((identity) => batchKey(identity, batch));
      if (model.fresh === true) return await compute(keys, batch, []);
      // One claim for all outputs: whoever wants the first wants the others too, or finds them later.
      const claim = keys[0]!;
      let known = await ask(keys);
      while (!isWhole(known) && !(await store.claim(claim))) {
        await wait(pollMilliseconds);
        known = await ask(keys);
      }
      // Whoever held the claim before may have finished since the store was asked.
      if (!isWhole(known)) known = await ask(keys);
      if (!isWhole(known)) return await compute(keys, batch, known);
      await store.unclaim(claim);
      counts.remembered++;
      return known;
    },
    release: () => (released ??= release()),
  };
}

/** Of one output; absent where the store does not know it. */
type Known = BatchOutput | undefined;

function isWhole(outputs: readonly Known[]): outputs is readonly BatchOutput[] {
  return outputs.every((output) => output !== undefined);
}
