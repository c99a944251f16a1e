/** Weights as the Hugging Face hub lays them out: model.safetensors, or shards and their index. */
import { readHeader, readRows, readTensor, streamTensor } from '@linchpin/safetensors';
import { folderTexts } from '../checkpoint-texts.ts';
import { weightsAbsent, weightsOnlyPickled } from '../errors.ts';
import { openWholeOrShards } from './shard-index.ts';
import type { OpenedWeights, WeightFormat } from './weight-format.ts';

const names = { whole: 'model.safetensors', index: 'model.safetensors.index.json' };
const pickled = /\.(?:bin|pt|pth|ckpt|pkl)$/;

export const safetensors: WeightFormat = {
  name: 'safetensors',
  isIn: (files) => files.includes(names.whole) || files.includes(names.index),
  texts: folderTexts,
  open: openWeights,
  readTensor,
  readRows,
  streamTensor,
};

/** Says what is there instead, where nothing is in this format. */
async function openWeights(directory: string, files: readonly string[]): Promise<OpenedWeights> {
  if (safetensors.isIn(files)) return await openWholeOrShards(directory, files, { ...names, readHeader });
  const pickles = files.filter((name) => pickled.test(name));
  if (pickles.length > 0) throw weightsOnlyPickled(directory, pickles);
  throw weightsAbsent(
    directory,
    files.filter((name) => name.endsWith('.safetensors')),
  );
}
