/** Weights as the Hugging Face hub lays them out: model.safetensors, or shards and their index. */
import { join } from 'node:path';
import { readHeader, readRows, readTensor, streamTensor } from '@linchpin/safetensors';
import { folderTexts } from '../checkpoint-texts.ts';
import { weightsAbsent, weightsOnlyPickled } from '../errors.ts';
import { openShards } from './safetensors-index.ts';
import type { OpenedWeights, WeightFormat } from './weight-format.ts';

const single = 'model.safetensors';
const index = 'model.safetensors.index.json';
const pickled = /\.(?:bin|pt|pth|ckpt|pkl)$/;

export const safetensors: WeightFormat = {
  name: 'safetensors',
  isIn: (names) => names.includes(single) || names.includes(index),
  texts: folderTexts,
  open: openWeights,
  readTensor,
  readRows,
  streamTensor,
};

/** Opens model.safetensors, else the shards of its index; where both are there, the one that transformers takes. */
async function openWeights(directory: string, names: readonly string[]): Promise<OpenedWeights> {
  if (names.includes(single)) {
    const file = join(directory, single);
    const header = await readHeader(file);
    const warnings = names.includes(index) ? [`${directory}: ${single} is used, ${index} and its shards are not.`] : [];
    return { file, shards: [{ name: single, ...header }], tensors: header.tensors, warnings };
  }
  if (names.includes(index)) return { file: join(directory, index), ...(await openShards(directory, index)) };
  const pickles = names.filter((name) => pickled.test(name));
  if (pickles.length > 0) throw weightsOnlyPickled(directory, pickles);
  throw weightsAbsent(
    directory,
    names.filter((name) => name.endsWith('.safetensors')),
  );
}
