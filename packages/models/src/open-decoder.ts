import type { DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { familyFor } from './family-for.ts';
import { validateTensors } from './validate-tensors.ts';

/** A checkpoint of a known architecture, with every tensor that it needs. */
export interface Decoder {
  readonly checkpoint: Checkpoint;
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What should be said about files, config and tensors, although they can be used. */
  readonly warnings: readonly string[];
}

/** Opens a folder and checks config and tensors against the architecture; no weight is read. */
export async function openDecoder(directory: string): Promise<Decoder> {
  const checkpoint = await openCheckpoint(directory);
  const { config: fields, configFile, tensors } = checkpoint;
  const family = familyFor(fields, configFile);
  const config = family.readConfig(fields, configFile, new Set(tensors.keys()));
  const warnings = [...checkpoint.warnings, ...validateTensors(family, config, checkpoint)];
  return { checkpoint, family, config, tensors, warnings };
}
