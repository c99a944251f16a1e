/** The matrices of every MLP, from what the family says of its products. */
import { internalError } from '@linchpin/errors';
import { type DecoderCheckpoint, mlpPlaces } from '@linchpin/models';
import type { StoredTensor } from '@linchpin/safetensors';
import type { MlpMatrices } from './cold-scores.ts';

/** `layerMatrices` is in layer order, so the inputs between two output projections are those of the second. */
export function mlpMatrices({ family, config, tensors }: DecoderCheckpoint): MlpMatrices[] {
  const stored = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw internalError(`the checkpoint has no ${name}`);
    return tensor;
  };
  const places = mlpPlaces({ family, config });
  const mlps: MlpMatrices[] = [];
  let inputs: StoredTensor[] = [];
  for (const name of family.layerMatrices(config)) {
    const { role } = family.linearFacts(config, name.replace(/\.weight$/, ''));
    if (role === 'mlp-input') inputs.push(stored(name));
    if (role !== 'mlp-output') continue;
    mlps.push({ place: places.get(name)!, inputs, output: stored(name) });
    inputs = [];
  }
  return mlps;
}
