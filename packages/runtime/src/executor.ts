/** Opens a decoder graph on onnxruntime-node and runs packed batches through it. */
import { internalError } from '@linchpin/errors';
import {
  activationOutput,
  type BatchOutput,
  type DecoderGraph,
  graphInputs,
  graphOutputs,
  type PackedBatch,
  type ParameterExecutor,
  parameterInput,
} from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import { runFailed, unknownParameter } from './errors.ts';
import { createSession } from './create-session.ts';
import { onnxruntime } from './onnxruntime.ts';
import { owning } from './owned.ts';
import { PrefixKeys } from './prefix-keys.ts';
import { resolveSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';

export interface ExecutorOptions {
  /** Whether keys and values of a prefix are kept for the next batch; the bits are the same if not. They are when absent. */
  readonly keepsPrefixes?: boolean;
}

/** A session over the graph's weights; `release` frees it, and removes the files that were made for the graph. */
export async function createExecutor(
  decoder: DecoderGraph,
  settings: SessionSettings = resolveSession(decoder),
  options: ExecutorOptions = {},
): Promise<ParameterExecutor> {
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
      return await session.run({ ...feeds(batch), ...more });
    } catch (cause) {
      throw runFailed(`a batch of ${batch.rows} × ${batch.rowLength} tokens could not be run`, cause);
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

function readOutputs(
  outputs: InferenceSession.OnnxValueMapType,
  { readSites, mayBeUnresolved }: Pick<DecoderGraph, 'readSites' | 'mayBeUnresolved'>,
): BatchOutput {
  return {
    logProbabilities: floats(outputs, graphOutputs.logProbabilities),
    greedyIds: lowWords(outputs[graphOutputs.greedyIds]!.data as BigInt64Array),
    activations: new Map(readSites.map((site) => [site, floats(outputs, activationOutput(site))])),
    ...(mayBeUnresolved ? { unresolved: outputs[graphOutputs.unresolved]!.data as Uint8Array } : {}),
  };
}

function feeds(batch: PackedBatch): InferenceSession.FeedsType {
  const { Tensor } = onnxruntime();
  const { rows, rowLength } = batch;
  // TopK of onnxruntime 1.30 ends the process when it is given no row.
  if (batch.scoredTokens.length === 0) throw internalError('a batch in which no token is scored');
  const targets = new BigInt64Array(2 * batch.targetIds.length);
  const words = new Int32Array(targets.buffer);
  for (let i = 0; i < batch.targetIds.length; i++) {
    words[4 * i] = batch.targetRows[i]!;
    words[4 * i + 2] = batch.targetIds[i]!;
  }
  return {
    [graphInputs.tokenIds]: new Tensor('int32', batch.tokenIds, [rows * rowLength]),
    [graphInputs.positions]: new Tensor('int64', widened(batch.positions), [rows * rowLength, 1]),
    [graphInputs.subtreeEnds]: new Tensor('int32', batch.subtreeEnds, [rows, rowLength]),
    [graphInputs.scoredTokens]: new Tensor('int32', batch.scoredTokens, [batch.scoredTokens.length]),
    [graphInputs.targets]: new Tensor('int64', targets, [batch.targetIds.length, 2]),
  };
}

export function parameterFeeds(values: ReadonlyMap<string, number>): InferenceSession.FeedsType {
  const { Tensor } = onnxruntime();
  return Object.fromEntries(
    [...values].map(([name, value]) => [parameterInput(name), new Tensor('float32', Float32Array.of(value), [])]),
  );
}

/** Non-negative integers as int64. Written as little-endian halves: a BigInt per token costs more than the copy. */
export function widened(values: Int32Array): BigInt64Array {
  const wide = new BigInt64Array(values.length);
  const words = new Int32Array(wide.buffer);
  for (let i = 0; i < values.length; i++) words[2 * i] = values[i]!;
  return wide;
}

function lowWords(values: BigInt64Array): Int32Array {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return Int32Array.from({ length: values.length }, (_, i) => words[2 * i]!);
}

export function floats(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  return outputs[name]!.data as Float32Array;
}
