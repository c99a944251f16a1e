import type { DecoderConfig, DecoderGraph, Intervention, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { collectEdits } from './edit/model-editor.ts';
import { contextLengthOutOfRange } from './errors.ts';
import { layDecoder } from './graph/lay-decoder.ts';

/** A checkpoint whose architecture is known. */
export interface DecoderCheckpoint {
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export interface LayOptions {
  readonly interventions?: readonly Intervention[];
  /** Sites whose activations every batch gives back. */
  readonly readSites?: readonly string[];
  /** Longest request; the config's context when absent. */
  readonly contextLength?: number;
}

/** Applies interventions to a checkpoint and lays it as a graph. The files are read, never written. */
export async function layCheckpoint(checkpoint: DecoderCheckpoint, options: LayOptions = {}): Promise<DecoderGraph> {
  const { family, config, tensors } = checkpoint;
  const contextLength = options.contextLength ?? config.contextLength;
  if (!Number.isInteger(contextLength) || contextLength < 1 || contextLength > config.contextLength)
    throw contextLengthOutOfRange(contextLength, config.contextLength);
  const edits = await collectEdits(checkpoint, options.interventions ?? [], options.readSites);
  return layDecoder({ family, config, tensors, edits, contextLength });
}
