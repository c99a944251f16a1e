import type { DecoderConfig, DecoderGraph, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { layCheckpoint } from '../src/lay-checkpoint.ts';

/** Lays a family's graph over tensors that exist by name, type, shape and place only: laying needs no more. */
export async function layWithoutWeights<Config extends DecoderConfig>(
  family: ModelFamily<Config>,
  config: Config,
  readSites: readonly string[],
): Promise<DecoderGraph> {
  const tensors = new Map(family.tensors(config).map(({ name, shape }) => [name, storedTensor(name, shape)]));
  return await layCheckpoint({ family, config, tensors }, { readSites });
}

function storedTensor(name: string, shape: readonly number[]): StoredTensor {
  const length = shape.reduce((product, size) => product * size, 4);
  return { name, dtype: 'F32', shape, file: '/model/model.safetensors', offset: 0, length };
}
