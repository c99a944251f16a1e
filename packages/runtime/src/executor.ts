/** Opens a decoder graph on onnxruntime-node and runs packed batches through it. */
import { internalError } from '@linchpin/errors';
import type { BatchOutput, DecoderGraph, PackedBatch, ParameterExecutor } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import { batchFeeds, parameterFeeds, readOutputs } from './batch-tensors.ts';
import { createSession } from './create-session.ts';
import { batchFailed, unknownParameter } from './errors.ts';
import { owning } from './owned.ts';
import { PrefixKeys } from './prefix-keys.ts';
import { resolveSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';
import { createStagedExecutor } from './staged-executor.ts';

export interface ExecutorOptions {
  /** Whether keys and values of a prefix are kept for the next batch; the bits are the same if not. They are when absent. */
  readonly keepsPrefixes?: boolean;
  /** Ends the work between two batches of a stage. */
  readonly signal?: AbortSignal;
}

/**
 * A session over the graph's weights, or where the settings say so one for each stage of layers while it runs; `release` frees
 * it, and removes the files that were made for the graph.
 */
export async function createExecutor(
  decoder: DecoderGraph,
  settings: SessionSettings = resolveSession(decoder),
  options: ExecutorOptions = {},
): Promise<ParameterExecutor> {
  const { stages } = settings;
  if (stages !== undefined) return await createStagedExecutor(decoder, { ...settings, stages }, options);
  return await owning(decoder, async (owned) => {
    const session = owned.keep(await openSession(decoder, settings, options));
    return { ...session, release: owned.release };
  });
}

/** An executor with what only this package needs. Its files are somebody else's: `release` frees the session alone. */
export interface SessionExecutor extends ParameterExecutor {
  readonly isolatesSequences: boolean;
  /** Everything that the session gives, by the names of the graph's outputs; `more` is fed besides the batch. */
  outputs(batch: PackedBatch, more?: InferenceSession.FeedsType): Promise<InferenceSession.OnnxValueMapType>;
  /** What every graph gives. */
  read(outputs: InferenceSession.OnnxValueMapType): BatchOutput;
}

export async function openSession(
  decoder: DecoderGraph,
  settings: SessionSettings,
  { keepsPrefixes = true }: ExecutorOptions = {},
): Promise<SessionExecutor> {
  const session = await createSession(decoder, settings);
  const { contextLength, vocabularySize, isolatesSequences, parameters, prefix } = decoder;
  const values = new Map(parameters.map(({ name, initial }) => [name, initial]));
  const run = async (
    batch: PackedBatch,
    more: InferenceSession.FeedsType,
  ): Promise<InferenceSession.OnnxValueMapType> => {
    try {
      return await session.run({ ...batchFeeds(batch), ...more });
    } catch (cause) {
      throw batchFailed(batch, cause);
    }
  };
  const keys = prefix === undefined ? undefined : new PrefixKeys(prefix, run);
  const outputs: SessionExecutor['outputs'] = async (batch, more = {}) => {
    const fed = { ...parameterFeeds(values), ...more };
    if (!keepsPrefixes) keys?.forget();
    if (keys !== undefined) return await keys.run(batch, fed);
    if (batch.prefix !== undefined) throw internalError('a batch with a prefix for a graph that takes none');
    return await run(batch, fed);
  };
  const read: SessionExecutor['read'] = (given) => readOutputs(given, decoder);
  return {
    contextLength,
    vocabularySize,
    isolatesSequences,
    sharesPrefixes: prefix !== undefined,
    parameters,
    setParameter(name, value) {
      if (!values.has(name)) throw unknownParameter(name, [...values.keys()]);
      if (values.get(name) !== value) keys?.forget();
      values.set(name, value);
    },
    outputs,
    read,
    run: async (batch) => read(await outputs(batch)),
    release: () => session.release(),
  };
}
