/** Opens models such that the store is asked first: a session is opened at the first batch that the store does not know. */
import type { BatchOutput, DecoderGraph, Executor, PackedBatch, SweepExecutor } from '@linchpin/plugin-api';
import { rememberingExecutor, RememberingRunner } from '@linchpin/run-store';
import { createExecutor, createSweepExecutor, type PointExecutor, type SweepPoints } from '@linchpin/runtime';
import { runtimeOptions } from './runtime-options.ts';
import type { BatchCounts } from './store/batch-counts.ts';
import { atValues, identityOf, type RememberedParts } from './store/model-identity.ts';
import { storeOf } from './store/open-stores.ts';

/** Absent where nothing is remembered. */
interface Counted {
  readonly batches?: BatchCounts;
}

export interface OpenedExecutor extends Executor, Counted {}

/** An executor of a decoder without run-time numbers, with the activations that it gives. */
export async function openRemembered(decoder: DecoderGraph, parts: RememberedParts): Promise<OpenedExecutor> {
  const { flags } = parts;
  const open = (): Promise<Executor> => createExecutor(decoder, runtimeOptions(flags));
  const store = await storeOf(flags);
  if (store === undefined) return plain(await open(), decoder);
  const identity = await identityOf(decoder, parts);
  const fresh = flags.fresh === true;
  const executor = rememberingExecutor(store.batches, { ...shapeOf(decoder), identity, fresh, open });
  return { ...plain(executor, decoder), batches: executor };
}

/** An object that can be spread, which one with private fields cannot. */
function plain(executor: Executor, decoder: DecoderGraph): Executor {
  return { ...shapeOf(decoder), run: (batch) => executor.run(batch), release: () => executor.release() };
}

export interface OpenedSweep extends SweepExecutor, Counted {}

/** A sweep of which every point is remembered by itself: further values cost only what they themselves cost. */
export async function openRememberedSweep(
  decoder: DecoderGraph,
  points: SweepPoints,
  parts: RememberedParts,
): Promise<OpenedSweep> {
  const { flags } = parts;
  const open = (): Promise<PointExecutor> => createSweepExecutor(decoder, points, runtimeOptions(flags));
  const store = await storeOf(flags);
  if (store === undefined) return await open();
  const identity = await identityOf(decoder, parts);
  const runner = new RememberingRunner(store.batches, {
    identities: points.values.map((value) => atValues(identity, new Map([[points.parameter, value]]))),
    fresh: flags.fresh === true,
    open,
  });
  return {
    ...shapeOf(decoder),
    values: points.values,
    batches: runner,
    run: (batch) => runner.run(batch),
    release: () => runner.release(),
  };
}

/** A model whose run-time numbers are others for every batch. */
export interface OpenedParameters {
  run(batch: PackedBatch, values: ReadonlyMap<string, number>): Promise<BatchOutput>;
  release(): Promise<void>;
}

/** All of the decoder's run-time numbers have to be given with every batch. */
export async function openRememberedParameters(
  decoder: DecoderGraph,
  parts: RememberedParts,
): Promise<OpenedParameters> {
  const { flags } = parts;
  let opened: ReturnType<typeof createExecutor> | undefined;
  const run: OpenedParameters['run'] = async (batch, values) => {
    const executor = await (opened ??= createExecutor(decoder, runtimeOptions(flags)));
    for (const [name, value] of values) executor.setParameter(name, value);
    return await executor.run(batch);
  };
  const release = async (): Promise<void> => await (await opened)?.release();
  const store = await storeOf(flags);
  if (store === undefined) return { run, release };
  const identity = await identityOf(decoder, parts);
  return {
    async run(batch, values) {
      const runner = new RememberingRunner(store.batches, {
        identities: [atValues(identity, values)],
        fresh: flags.fresh === true,
        open: async () => ({ run: async () => [await run(batch, values)], release }),
      });
      const [output] = await runner.run(batch);
      return output!;
    },
    release,
  };
}

function shapeOf({
  contextLength,
  vocabularySize,
  isolatesSequences,
}: DecoderGraph): Required<Pick<Executor, 'contextLength' | 'vocabularySize' | 'isolatesSequences'>> {
  return { contextLength, vocabularySize, isolatesSequences };
}
