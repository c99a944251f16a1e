/** Opens a decoder graph on onnxruntime-node and runs packed batches through it. */
import { serializeGraph } from '@linchpin/onnx';
import {
  activationOutput,
  type BatchOutput,
  type DecoderGraph,
  type Executor,
  graphInputs,
  graphOutputs,
  type PackedBatch,
} from '@linchpin/plugin-api';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sessionFailed } from './errors.ts';
import { sessionOptions, type RuntimeOptions } from './session-options.ts';

/** A session over the graph's weights; `release` frees it. */
export async function createExecutor(decoder: DecoderGraph, options: RuntimeOptions = {}): Promise<Executor> {
  const bytes = serializeGraph(decoder.graph);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, sessionOptions(decoder, options));
  } catch (cause) {
    throw sessionFailed('the model could not be opened', cause);
  }
  return new SessionExecutor(session, decoder);
}

class SessionExecutor implements Executor {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly #session: InferenceSession;
  readonly #readSites: readonly string[];
  readonly #mayBeUnresolved: boolean;

  constructor(session: InferenceSession, decoder: DecoderGraph) {
    this.contextLength = decoder.contextLength;
    this.vocabularySize = decoder.vocabularySize;
    this.#session = session;
    this.#readSites = decoder.readSites;
    this.#mayBeUnresolved = decoder.mayBeUnresolved;
  }

  async run(batch: PackedBatch): Promise<BatchOutput> {
    let outputs: InferenceSession.OnnxValueMapType;
    try {
      outputs = await this.#session.run(feeds(batch));
    } catch (cause) {
      throw sessionFailed(`a batch of ${batch.rows} × ${batch.rowLength} tokens could not be run`, cause);
    }
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

/** Non-negative integers as int64. Written as little-endian halves: a BigInt per token costs more than the copy. */
function widened(values: Int32Array): BigInt64Array {
  const wide = new BigInt64Array(values.length);
  const words = new Int32Array(wide.buffer);
  for (let i = 0; i < values.length; i++) words[2 * i] = values[i]!;
  return wide;
}

function lowWords(values: BigInt64Array): Int32Array {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return Int32Array.from({ length: values.length }, (_, i) => words[2 * i]!);
}

function floats(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  return outputs[name]!.data as Float32Array;
}
