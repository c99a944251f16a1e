/** Files beside the weights that belong to a model. */
import { copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint.ts';
import { readTokenizerSource } from '../tokenizer/tokenizer-source.ts';

/** Config, tokenizer, card, licence, code. */
const accompanying = [
  /^(?:config|generation_config|preprocessor_config|special_tokens_map|added_tokens|vocab)\.json$/,
  /^tokenizer[\w.-]*\.(?:json|model)$/,
  /^(?:vocab|merges)\.txt$/,
  /^chat_template\.\w+$/,
  /\.(?:model|tiktoken|py)$/,
  /^(?:README\.md|LICEN[CS]E.*|NOTICE.*|USE_POLICY.*)$/,
];

/** What files of weights may hold themselves, as GGUF does. */
const texts = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/** Writes them into a folder, which lies elsewhere. */
export async function writeAccompanying(checkpoint: Checkpoint, to: string): Promise<void> {
  const { directory: from } = checkpoint;
  const names = (await stat(from)).isDirectory() ? await readdir(from) : [];
  for (const name of names.filter((each) => accompanying.some((pattern) => pattern.test(each)))) {
    // Links of the hub's cache are followed.
    if ((await stat(join(from, name))).isFile()) await copyFile(join(from, name), join(to, name));
  }
  for (const name of texts.filter((each) => !names.includes(each))) {
    const text = await checkpoint.readText(name);
    if (text !== undefined) await writeFile(join(to, name), text);
  }
}

/**
 * Texts of the tokenizer for programs that read tokenizer.json alone: where older files stand in its place it is said in its
 * words, and a tokenizer_config.json is there, however empty.
 */
export async function readTokenizerTexts(checkpoint: Checkpoint): Promise<ReadonlyMap<string, string>> {
  const { json } = await readTokenizerSource(checkpoint);
  const config = { tokenizer_class: 'PreTrainedTokenizerFast' };
  return new Map([
    ['tokenizer.json', (await checkpoint.readText('tokenizer.json')) ?? JSON.stringify(json)],
    ['tokenizer_config.json', (await checkpoint.readText('tokenizer_config.json')) ?? JSON.stringify(config)],
  ]);
}
