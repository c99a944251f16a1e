/**
 * What a tokenizer is read from: tokenizer.json, or where there is none, older files that are said in its words: tokenizer.model of
 * SentencePiece as AutoTokenizer of transformers 5.24.0 reads it where no class is named, and as LlamaTokenizer does where the config says
 * that it is not `legacy`; vocab.json and merges.txt as GPT2Tokenizer does.
 */
import type { CheckpointTexts } from '../checkpoint-texts.ts';
import { findJsonObject, type JsonObject, readJsonObject } from '../read-json.ts';
import { mergesMalformed, tokenizerAbsent, tokenizerClassUnknown } from './errors.ts';
import { readSentencePiece } from './sentencepiece-model.ts';
import { sentencePieceJson, type Special, surroundings } from './sentencepiece-json.ts';

export interface TokenizerSource {
  /** The file, as errors call it. */
  readonly file: string;
  readonly json: JsonObject;
  /** What the file itself has for the beginning and the end of a text, where the small files beside it are silent. */
  readonly bos?: Special | undefined;
  readonly eos?: Special | undefined;
}

/** Names of the files that hold a tokenizer, one list or another; the first that is whole is taken. */
export const tokenizerLists: readonly (readonly string[])[] = [
  ['tokenizer.json'],
  ['tokenizer.model'],
  ['vocab.json', 'merges.txt'],
];

/** Names of every file that a tokenizer may be read from, those that stand beside it included. */
export const tokenizerFiles: readonly string[] = [
  ...tokenizerLists.flat(),
  'config.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
];

const mostBytes = 2 ** 27;

export async function readTokenizerSource(texts: CheckpointTexts): Promise<TokenizerSource> {
  const json = await findJsonObject(texts, 'tokenizer.json', tokenizerAbsent);
  if (json !== undefined) return { file: texts.locate('tokenizer.json'), json };
  const found = (await fromSentencePiece(texts)) ?? (await fromMerges(texts));
  if (found !== undefined) return found;
  return {
    file: texts.locate('tokenizer.json'),
    json: await readJsonObject(texts, 'tokenizer.json', tokenizerAbsent),
  };
}

async function fromSentencePiece(texts: CheckpointTexts): Promise<TokenizerSource | undefined> {
  const file = texts.locate('tokenizer.model');
  const bytes = await texts.readBytes?.('tokenizer.model', mostBytes).catch((error: unknown) => {
    throw tokenizerAbsent(file, error);
  });
  if (bytes === undefined) return undefined;
  const { model, bos, eos } = readSentencePiece(bytes, file);
  const config = (await findJsonObject(texts, 'tokenizer_config.json', tokenizerAbsent)) ?? {};
  const before = flagOf(config, 'add_bos_token', false) && bos !== undefined ? [bos] : [];
  const after = flagOf(config, 'add_eos_token', false) && eos !== undefined ? [eos] : [];
  const prefixesFirstOnly = config['legacy'] === false;
  return { file, json: sentencePieceJson({ ...model, prefixesFirstOnly }, surroundings(before, after)), bos, eos };
}

/** Classes that cut texts into words as GPT-2 does. */
const gpt2Classes = ['GPT2Tokenizer', 'GPT2TokenizerFast', 'TokenizersBackend', 'PreTrainedTokenizerFast'];

async function fromMerges(texts: CheckpointTexts): Promise<TokenizerSource | undefined> {
  const vocab = await findJsonObject(texts, 'vocab.json', tokenizerAbsent);
  const merges = await texts.readText('merges.txt').catch(() => undefined);
  if (vocab === undefined || merges === undefined) return undefined;
  const file = texts.locate('vocab.json');
  const config = (await findJsonObject(texts, 'tokenizer_config.json', tokenizerAbsent)) ?? {};
  const { tokenizer_class: name = 'GPT2Tokenizer' } = config;
  if (typeof name !== 'string' || !gpt2Classes.includes(name)) throw tokenizerClassUnknown(file, name, gpt2Classes);
  const bos = tokenNamed(config['bos_token'] ?? '<|endoftext|>', vocab);
  const before = flagOf(config, 'add_bos_token', false) && bos !== undefined ? [bos] : [];
  const json = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: flagOf(config, 'add_prefix_space', false) },
    post_processor: surroundings(before, []),
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab, merges: readMerges(merges, texts.locate('merges.txt')) },
  };
  return { file, json, bos };
}

/** A line a merge; the first may name the version. */
function readMerges(text: string, file: string): [string, string][] {
  const lines = text.split('\n').filter((line, index) => line !== '' && !(index === 0 && line.startsWith('#version')));
  return lines.map((line) => {
    const [left, right, ...more] = line.replace(/\r$/, '').split(' ');
    if (left === undefined || right === undefined || more.length > 0) throw mergesMalformed(file, line);
    return [left, right];
  });
}

function tokenNamed(named: unknown, vocab: JsonObject): Special | undefined {
  const text = typeof named === 'object' && named !== null && 'content' in named ? named.content : named;
  if (typeof text !== 'string' || !Object.hasOwn(vocab, text)) return undefined;
  const id = vocab[text];
  return typeof id === 'number' ? { text, id } : undefined;
}

function flagOf(config: JsonObject, name: string, otherwise: boolean): boolean {
  const value = config[name];
  return typeof value === 'boolean' ? value : otherwise;
}
