import type { DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { type CheckedHeaders, type Checkpoint, openCheckpoint, type OpenOptions } from './checkpoint.ts';
import { familyFor } from './family-for.ts';
import { knownNames } from './known-names.ts';
import { orientTensors } from './orient-tensors.ts';
import { readConfigWithHead } from './read-head.ts';
import { unusedTensors, validateTensors } from './validate-tensors.ts';

/** A checkpoint of a known architecture, with every tensor that it needs. */
export interface Decoder {
  readonly checkpoint: Checkpoint;
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  /** By name; matrices are [out, in], however they are stored. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What should be said about files, config and tensors, although they can be used. */
  readonly warnings: readonly string[];
  /** The tensor that serves as the output head, where config.json does not say so. */
  readonly head?: string;
}

/** Config and tensors against the architecture, before weights are converted; no such file is silent about its head. */
function unusedOf({ config: fields, configFile, tensors, weightsFile }: CheckedHeaders): readonly string[] {
  const family = familyFor(fields, configFile);
  const config = family.readConfig(fields, configFile, new Set(tensors.keys()));
  return unusedTensors(family, config, { tensors, weightsFile });
}

/** Opens a folder and checks config and tensors against the architecture; no weight is read, unless head and embedding have to be compared. */
export async function openDecoder(directory: string, options: OpenOptions = {}): Promise<Decoder> {
  const opened = await openCheckpoint(directory, { check: unusedOf, ...options });
  const family = familyFor(opened.config, opened.configFile);
  const named = knownNames(family, opened.tensors);
  const { config, tensors, warnings, head } = await readConfigWithHead(family, { ...opened, tensors: named.tensors });
  const checkpoint = { ...opened, tensors };
  const unused = validateTensors(family, config, checkpoint);
  const renamed = named.warnings.map((warning) => `${opened.weightsFile}: ${warning}`);
  return {
    checkpoint,
    family,
    config,
    tensors: orientTensors(family.tensors(config), tensors),
    warnings: [...opened.warnings, ...renamed, ...warnings, ...unused],
    ...(head === undefined ? {} : { head }),
  };
}
