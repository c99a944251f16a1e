/** Opens a decoder graph on onnxruntime-node and runs packed batches through it. */
import { internalError } from '@linchpin/errors';
import {
  activationOutput,
  type BatchOutput,
  type DecoderGraph,
  graphInputs,
  graphOutputs,
  type PackedBatch,
  type Parameter,
  type ParameterExecutor,
  parameterInput,
} from '@linchpin/plugin-api';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { sessionFailed, unknownParameter } from './errors.ts';
import { createSession } from './create-session.ts';
import type { RuntimeOptions } from './session-options.ts';

/** A session over the graph's weights; `release` frees it. */
export async function createExecutor(decoder: DecoderGraph, options: RuntimeOptions = {}): Promise<ParameterExecutor> {
  return await openSession(decoder, options);
}

/** `createExecutor` with what only this package needs. */
export async function openSession(decoder: DecoderGraph, options: RuntimeOptions = {}): Promise<SessionExecutor> {
  return new SessionExecutor(await createSession(decoder, options), decoder);
}

export class SessionExecutor implements ParameterExecutor {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly isolatesSequences: boolean;
  readonly parameters: readonly Parameter[];
  readonly #session: InferenceSession;
  readonly #readSites: readonly string[];
  readonly #mayBeUnresolved: boolean;
  readonly #values: Map<string, number>;

  constructor(session: InferenceSession, decoder: DecoderGraph) {
    this.contextLength = decoder.contextLength;
    this.vocabularySize = decoder.vocabularySize;
    this.isolatesSequences = decoder.isolatesSequences;
    this.parameters = decoder.parameters;
    this.#session = session;
    this.#readSites = decoder.readSites;
    this.#mayBeUnresolved = decoder.mayBeUnresolved;
    this.#values = new Map(decoder.parameters.map(({ name, initial }) => [name, initial]));
  }

  setParameter(name: string, value: number): void {
    if (!this.#values.has(name)) throw unknownParameter(name, [...this.#values.keys()]);
    this.#values.set(name, value);
  }

  async run(batch: PackedBatch): Promise<BatchOutput> {
    return this.read(await this.outputs(batch));
  }

  /** Everything that the session gives, by the names of the graph's outputs; `more` is fed besides the batch. */
  async outputs(batch: PackedBatch, more: InferenceSession.FeedsType = {}): Promise<InferenceSession.OnnxValueMapType> {
    try {
      return await this.#session.run({ ...feeds(batch), ...parameterFeeds(this.#values), ...more });
    } catch (cause) {
      throw sessionFailed(`a batch of ${batch.rows} × ${batch.rowLength} tokens could not be run`, cause);
    }
  }

  /** What every graph gives. */
  read(outputs: InferenceSession.OnnxValueMapType): BatchOutput {
    const logProbabilities = floats(outputs, graphOutputs.logProbabilities);
    return {
      logProbabilities,
      greedyIds: lowWords(outputs[graphOutputs.greedyIds]!.data as BigInt64Array),
      activations: new Map(this.#readSites.map((site) => [site, floats(outputs, activationOutput(site))])),
      ...(this.#mayBeUnresolved ? { unresolved: outputs[graphOutputs.unresolved]!.data as Uint8Array } : {}),
    };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function feeds(batch: PackedBatch): InferenceSession.FeedsType {
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
