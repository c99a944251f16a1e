import type { DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { type Checkpoint, openCheckpoint, type OpenOptions } from './checkpoint.ts';
import { familyFor } from './family-for.ts';
import { orientTensors } from './orient-tensors.ts';
import { validateTensors } from './validate-tensors.ts';

/** A checkpoint of a known architecture, with every tensor that it needs. */
export interface Decoder {
  readonly checkpoint: Checkpoint;
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  /** By name; matrices are [out, in], however they are stored. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What should be said about files, config and tensors, although they can be used. */
  readonly warnings: readonly string[];
}

/** Opens a folder and checks config and tensors against the architecture; no weight is read. */
export async function openDecoder(directory: string, options: OpenOptions = {}): Promise<Decoder> {
  const checkpoint = await openCheckpoint(directory, options);
  const { config: fields, configFile } = checkpoint;
  const family = familyFor(fields, configFile);
  const config = family.readConfig(fields, configFile, new Set(checkpoint.tensors.keys()));
  const warnings = [...checkpoint.warnings, ...validateTensors(family, config, checkpoint)];
  return { checkpoint, family, config, tensors: orientTensors(family.tensors(config), checkpoint.tensors), warnings };
}
