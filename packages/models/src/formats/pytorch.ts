/**
 * Weights as `save_pretrained` of transformers before 4.35 left them: pytorch_model.bin, or shards and their index. The pickle
 * in such a file is a program; it is read as data (packages/torch-file), and graphs map the tensors' bytes where they lie.
 */
import { readRows, readTensor, streamTensor } from '@linchpin/safetensors';
import { openTorchFile } from '@linchpin/torch-file';
import { folderTexts } from '../checkpoint-texts.ts';
import { openWholeOrShards } from './shard-index.ts';
import type { WeightFormat } from './weight-format.ts';

const names = { whole: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json' };

export const pytorch: WeightFormat = {
  name: 'pytorch',
  isIn: (files) => files.includes(names.whole) || files.includes(names.index),
  texts: folderTexts,
  open: (directory, files) => openWholeOrShards(directory, files, { ...names, readHeader: openTorchFile }),
  readTensor,
  readRows,
  streamTensor,
};
