/** A model that takes text and costs next to nothing: for whole commands and harnesses where the embedded one takes too long. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeRandomLlama } from './random-llama.ts';
import { repositoryRoot } from './shared-files.ts';

/** Two random layers of 32 channels behind the tokenizer of the embedded model. */
export async function writeSmallModel(folder: string): Promise<void> {
  const layers = { layers: 2, hidden: 32, heads: 2, keyValueHeads: 1, intermediate: 64, seed: 3, spread: 0.4 };
  await writeRandomLlama(folder, { ...layers, vocabulary: 4096, contextLength: 128, dtype: 'F16', tied: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(join(repositoryRoot, 'models/mini', file), join(folder, file));
}
