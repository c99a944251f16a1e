/** Batches as the tensors that graphs are fed with, and what graphs give as numbers. */
import { internalError } from '@linchpin/errors';
import {
  activationOutput,
  type BatchOutput,
  type DecoderGraph,
  graphInputs,
  graphOutputs,
  type PackedBatch,
  parameterInput,
} from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import { onnxruntime } from './onnxruntime.ts';

/** What every graph gives. */
export function readOutputs(
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

/** What every graph is fed with. */
export function batchFeeds(batch: PackedBatch): InferenceSession.FeedsType {
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
