/**
 * A model that others are compared with, such that the store is asked first: neither session is opened before the first
 * batch that it does not know. What the reference gives is remembered by itself, once for all that is compared with it.
 */
import { internalError } from '@linchpin/errors';
import type { BatchOutput, DecoderGraph, PackedBatch } from '@linchpin/plugin-api';
import { type BatchRunner, rememberingRunner } from '@linchpin/run-store';
import {
  createReferenceExecutor,
  type PairedExecutor,
  type ReferenceExecutor,
  requireWhole,
  resolveSession,
  type SessionSettings,
} from '@linchpin/runtime';
import { shareOf, standIn } from './division.ts';
import { against, identityOf } from './model-identity.ts';
import type { ModelSettings } from './run-context.ts';
import { type ExecutionParts, type Opened, opening, shapeOf } from './open-executor.ts';

export interface OpenedPair extends PairedExecutor, Opened {
  release(): Promise<void>;
}

/** The name of what is kept besides the outputs of the model itself. */
const divergencesName = 'divergences';

/** Throws where two models cannot be in memory at once. */
export function requireComparable({ settings }: { readonly settings: Pick<ModelSettings, 'stages'> }): void {
  requireWhole(settings, 'a comparison with a reference');
}

export class ReferenceModel {
  readonly #decoder: DecoderGraph;
  readonly #parts: ExecutionParts;
  readonly #settings: SessionSettings;
  #opened: Promise<ReferenceExecutor> | undefined;

  /** A graph that was laid as `reference`. */
  constructor(decoder: DecoderGraph, parts: ExecutionParts) {
    this.#decoder = decoder;
    this.#parts = parts;
    this.#settings = resolveSession(decoder, parts.context.settings);
    requireComparable({ settings: this.#settings });
  }

  /** A graph that was laid as `compared`; releasing it leaves the reference open. */
  async compare(decoder: DecoderGraph, parts: ExecutionParts): Promise<OpenedPair> {
    return await opening(decoder, parts, async ({ settings, store, identity }) => {
      const open = async (): Promise<PairedExecutor> => await (await this.#open()).compare(decoder, settings);
      const isolatesSequences = [this.#decoder, decoder].some(needsWholeRequests);
      if (store === undefined) return { ...(await open()), settings, isolatesSequences };
      const reference = await this.#identity();
      const identities = [against(await identity(), reference), reference];
      const runner = rememberingRunner(store.batches, {
        identities,
        fresh: parts.context.fresh,
        open: async () => bothOf(await open()),
      });
      const share = shareOf(parts.context.division, {
        identities,
        mayBeUnresolved: decoder.mayBeUnresolved || this.#decoder.mayBeUnresolved,
        standIns: (batch) => [withoutDivergence(batch), standIn(batch)],
        run: (batch) => runner.run(batch),
      });
      return {
        ...shapeOf(decoder),
        beginWindow: share.beginWindow,
        isolatesSequences,
        settings,
        batches: runner.counts,
        async run(batch) {
          const [own, expected] = await share.run(batch);
          const divergences = own?.activations.get(divergencesName);
          if (own === undefined || expected === undefined || divergences === undefined)
            throw internalError('a comparison without its divergences');
          return { ...own, divergences, reference: expected };
        },
        release: () => runner.release(),
      };
    });
  }

  async release(): Promise<void> {
    try {
      if (this.#opened !== undefined) await (await this.#opened).release();
    } finally {
      await this.#decoder.removeFiles?.();
    }
  }

  async #open(): Promise<ReferenceExecutor> {
    return await (this.#opened ??= createReferenceExecutor(this.#decoder, this.#settings));
  }

  async #identity(): Promise<string> {
    const { checkpoint, chain, context } = this.#parts;
    const { interventions } = chain;
    const processor = context.division?.processor;
    return await identityOf(this.#decoder, { checkpoint, interventions, settings: this.#settings, processor });
  }
}

function withoutDivergence(batch: PackedBatch): BatchOutput {
  const activations = new Map([[divergencesName, new Float32Array(batch.scoredTokens.length)]]);
  return { ...standIn(batch), activations };
}

/**
 * Whether a request has to be a row of its own for the numbers of a batch to be those of all its requests: where one that shares
 * tokens may be undecided, it would be counted once more when it is run again.
 */
function needsWholeRequests({ isolatesSequences, mayBeUnresolved }: DecoderGraph): boolean {
  return isolatesSequences || mayBeUnresolved;
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
