/** Opens models such that the store is asked first: a session is opened at the first batch that the store does not know. */
import type {
  BatchOutput,
  DecoderGraph,
  Executor,
  Intervention,
  PackedBatch,
  SweepExecutor,
} from '@linchpin/plugin-api';
import { type BatchCounts, rememberingExecutor, rememberingRunner } from '@linchpin/run-store';
import {
  createExecutor,
  createSweepExecutor,
  type PointExecutor,
  requireWhole,
  resolveSession,
  type SessionSettings,
  type SweepPoints,
  tokensAtOnce,
} from '@linchpin/runtime';
import { shareOf, standIn } from './division.ts';
import { atValues, identityOf } from './model-identity.ts';
import type { RunContext } from './run-context.ts';

/** What a decoder was laid from, and how it is run. */
export interface ExecutionParts {
  readonly checkpoint: { contentHash(): Promise<string> };
  readonly chain: { readonly interventions: readonly Intervention[] };
  readonly context: RunContext;
}

/** What is known of everything that is opened here. */
export interface Opened {
  /** How its sessions are opened, chosen once. */
  readonly settings: SessionSettings;
  /** Absent where nothing is remembered. */
  readonly batches?: BatchCounts;
  /** Closes the sessions that were opened, and removes what was made for the graph alone. */
  release(): Promise<void>;
}

export interface OpenedExecutor extends Executor, Opened {}

/** An executor of a decoder without run-time numbers, with the activations that it gives. */
export async function openExecutor(decoder: DecoderGraph, parts: ExecutionParts): Promise<OpenedExecutor> {
  return await opening(decoder, parts, async ({ settings, store, identity }) => {
    const { fresh, signal, division } = parts.context;
    const open = (): Promise<Executor> => createExecutor(decoder, settings, { signal });
    if (store === undefined) return { ...(await open()), settings };
    const atOnce = tokensAtOnce(decoder, settings);
    const sharesPrefixes = decoder.prefix !== undefined;
    const model = { ...shapeOf(decoder), sharesPrefixes, identity: await identity(), fresh, open };
    const { counts, ...executor } = rememberingExecutor(store.batches, model);
    const share = shareOf(division, {
      identities: [model.identity],
      mayBeUnresolved: decoder.mayBeUnresolved,
      standIns: (batch) => [standIn(batch)],
      run: async (batch) => [await executor.run(batch)],
    });
    const run = async (batch: PackedBatch): Promise<BatchOutput> => (await share.run(batch))[0]!;
    // Shares of a division are told by windows: then one window is asked for after the other.
    const together = atOnce === undefined ? {} : { tokensAtOnce: division === undefined ? atOnce : 1 };
    return { ...executor, ...together, beginWindow: share.beginWindow, run, settings, batches: counts };
  });
}

export interface OpenedSweep extends SweepExecutor, Opened {}

/** A sweep of which every point is remembered by itself: further values cost only what they themselves cost. */
export async function openSweep(
  decoder: DecoderGraph,
  points: SweepPoints,
  parts: ExecutionParts,
): Promise<OpenedSweep> {
  return await opening(decoder, parts, async ({ settings, store, identity }) => {
    requireWhole(settings, 'a sweep');
    const open = (): Promise<PointExecutor> => createSweepExecutor(decoder, points, settings);
    if (store === undefined) return { ...(await open()), settings };
    const own = await identity();
    const identities = points.values.map((value) => atValues(own, new Map([[points.parameter, value]])));
    const runner = rememberingRunner(store.batches, { identities, fresh: parts.context.fresh, open });
    const share = shareOf(parts.context.division, {
      identities,
      mayBeUnresolved: decoder.mayBeUnresolved,
      standIns: (batch) => identities.map(() => standIn(batch)),
      run: (batch) => runner.run(batch),
    });
    return {
      ...shapeOf(decoder),
      ...share,
      values: points.values,
      settings,
      batches: runner.counts,
      release: () => runner.release(),
    };
  });
}

/** A model whose run-time numbers are others for every batch. */
export interface OpenedParameters extends Opened {
  /** All of the decoder's run-time numbers have to be given with every batch. */
  run(batch: PackedBatch, values: ReadonlyMap<string, number>): Promise<BatchOutput>;
}

export async function openParameters(decoder: DecoderGraph, parts: ExecutionParts): Promise<OpenedParameters> {
  return await opening(decoder, parts, async ({ settings, store, identity }) => {
    let opened: ReturnType<typeof createExecutor> | undefined;
    const run: OpenedParameters['run'] = async (batch, values) => {
      const executor = await (opened ??= createExecutor(decoder, settings));
      for (const [name, value] of values) executor.setParameter(name, value);
      return await executor.run(batch);
    };
    const release = async (): Promise<void> => await (await opened)?.release();
    if (store === undefined) return { settings, run, release };
    const own = await identity();
    return {
      settings,
      async run(batch, values) {
        const identities = [atValues(own, values)];
        const runner = rememberingRunner(store.batches, {
          identities,
          fresh: parts.context.fresh,
          open: async () => ({ run: async () => [await run(batch, values)], release }),
        });
        const share = shareOf(parts.context.division, {
          identities,
          mayBeUnresolved: decoder.mayBeUnresolved,
          standIns: () => [standIn(batch)],
          run: (given) => runner.run(given),
        });
        return (await share.run(batch))[0]!;
      },
      release,
    };
  });
}

/** What an opening function starts from. */
export interface Opening {
  readonly settings: SessionSettings;
  readonly store: Awaited<ReturnType<RunContext['openStore']>>;
  /** Everything that a batch's numbers depend on besides the batch; asked where there is a store, for it hashes the files. */
  readonly identity: () => Promise<string>;
}

/**
 * Takes every automatic decision once, and hands it to the identity and to the session alike. Whatever happens, the files
 * that were made for the graph alone are removed: with the release, or where nothing could be opened.
 */
export async function opening<Result extends Opened>(
  decoder: DecoderGraph,
  { checkpoint, chain, context }: ExecutionParts,
  open: (opening: Opening) => Promise<Result>,
): Promise<Result> {
  try {
    const settings = resolveSession(decoder, context.settings);
    const store = await context.openStore();
    const { interventions } = chain;
    const identity = (): Promise<string> =>
      identityOf(decoder, { checkpoint, interventions, settings, processor: context.division?.processor });
    const opened = await open({ settings, store, identity });
    return {
      ...opened,
      async release() {
        try {
          await opened.release();
        } finally {
          await decoder.removeFiles?.();
        }
      },
    };
  } catch (error) {
    await decoder.removeFiles?.();
    throw error;
  }
}

export function shapeOf({
  contextLength,
  vocabularySize,
  isolatesSequences,
}: DecoderGraph): Required<Pick<Executor, 'contextLength' | 'vocabularySize' | 'isolatesSequences'>> {
  return { contextLength, vocabularySize, isolatesSequences };
}
