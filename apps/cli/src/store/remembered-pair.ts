/**
 * A model that others are compared with, such that the store is asked first: neither session is opened before the first
 * batch that it does not know. What the reference gives is remembered by itself, once for all that is compared with it.
 */
import { internalError } from '@linchpin/errors';
import type { BatchOutput, DecoderGraph } from '@linchpin/plugin-api';
import { type BatchRunner, RememberingRunner } from '@linchpin/run-store';
import { createReferenceExecutor, type PairedExecutor, type ReferenceExecutor } from '@linchpin/runtime';
import { runtimeOptions } from '../runtime-options.ts';
import type { BatchCounts } from './batch-counts.ts';
import { against, identityOf, type RememberedParts } from './model-identity.ts';
import { storeOf } from './open-stores.ts';

export interface OpenedPair extends PairedExecutor {
  /** Absent where nothing is remembered. */
  readonly batches?: BatchCounts;
}

/** The name of what is kept besides the outputs of the model itself. */
const divergencesName = 'divergences';

export class ReferenceModel {
  readonly #decoder: DecoderGraph;
  readonly #parts: RememberedParts;
  #opened: Promise<ReferenceExecutor> | undefined;

  /** A graph that was laid as `reference`. */
  constructor(decoder: DecoderGraph, parts: RememberedParts) {
    this.#decoder = decoder;
    this.#parts = parts;
  }

  /** A graph that was laid as `compared`; releasing it leaves the reference open. */
  async compare(decoder: DecoderGraph, parts: RememberedParts): Promise<OpenedPair> {
    const { flags } = parts;
    const open = async (): Promise<PairedExecutor> =>
      await (await this.#open()).compare(decoder, runtimeOptions(flags));
    const store = await storeOf(flags);
    if (store === undefined) return await open();
    const reference = await identityOf(this.#decoder, this.#parts);
    const runner = new RememberingRunner(store.batches, {
      identities: [against(await identityOf(decoder, parts), reference), reference],
      fresh: flags.fresh === true,
      open: async () => bothOf(await open()),
    });
    const { contextLength, vocabularySize, isolatesSequences } = decoder;
    return {
      contextLength,
      vocabularySize,
      isolatesSequences,
      batches: runner,
      async run(batch) {
        const [own, expected] = await runner.run(batch);
        const divergences = own?.activations.get(divergencesName);
        if (own === undefined || expected === undefined || divergences === undefined)
          throw internalError('a comparison without its divergences');
        return { ...own, divergences, reference: expected };
      },
      release: () => runner.release(),
    };
  }

  async release(): Promise<void> {
    if (this.#opened !== undefined) await (await this.#opened).release();
  }

  async #open(): Promise<ReferenceExecutor> {
    return await (this.#opened ??= createReferenceExecutor(this.#decoder, runtimeOptions(this.#parts.flags)));
  }
}

/** The outputs of both models of a pair, in the order of their identities. */
function bothOf(pair: PairedExecutor): BatchRunner {
  return {
    async run(batch, wanted) {
      const { divergences, reference, ...own } = await pair.run(batch);
      const activations = new Map([...own.activations, [divergencesName, divergences] as const]);
      const both: readonly [BatchOutput, BatchOutput] = [{ ...own, activations }, reference];
      return wanted.map((index) => both[index]!);
    },
    release: () => pair.release(),
  };
}
