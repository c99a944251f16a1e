/**
 * The tokenizer of a checkpoint, exactly as its tokenizer.json says: ids are those that huggingface/tokenizers 0.23
 * gives for every string of the reference data. Normalizing, pre-tokenizing, merging and most of decoding are done by
 * @huggingface/tokenizers; added tokens, what surrounds a text, and corrections of the library lie beside this file.
 * Decoding keeps one oddity of the reference: a special token whose text the normalizer changes (LLaMA's `<s>`, which
 * becomes `▁<s>`) is shown so, and `skipSpecialTokens` does not skip it.
 */
import type { Tokenizer } from '@linchpin/plugin-api';
import type { CheckpointTexts } from './checkpoint-texts.ts';
import { listNames } from './list-names.ts';
import { addDeclaredTokens, addedTokenSplitter, type SearchedToken } from './tokenizer/added-tokens.ts';
import { checkNormalizer, correctPreTokenizer } from './tokenizer/library-corrections.ts';
import { makeDecode } from './tokenizer/decoders.ts';
import {
  type AddedToken,
  type BytePairModel,
  readTokenizerJson,
  type TokenizerJson,
  type TokenizerLimits,
} from './tokenizer/tokenizer-json.ts';
import { type LibraryParts, makeLibraryParts } from './tokenizer/library-parts.ts';
import { splitCharacterMap } from './tokenizer/split-character-map.ts';
import type { Special } from './tokenizer/sentencepiece-json.ts';
import { unigramEncoder } from './tokenizer/unigram.ts';
import { readSurroundings } from './tokenizer/post-processor.ts';
import { type NamedToken, readSpecialTokens, type SpecialTokens } from './tokenizer/special-tokens.ts';
import { makeVocabulary, type Vocabulary } from './tokenizer/vocabulary.ts';
import { wordEncoder } from './tokenizer/word-encoder.ts';

/**
 * Loads the tokenizer of a checkpoint: tokenizer.json or what stands in its place (tokenizer-source.ts) and, for BOS, EOS and tokens that it
 * lacks, the small files beside it. Throws a
 * LinchpinError that names the file where it is absent, malformed, or has a part that could not be carried out exactly.
 */
export async function loadTokenizer(checkpoint: CheckpointTexts, limits: TokenizerLimits = {}): Promise<Tokenizer> {
  const json = await readTokenizerJson(checkpoint, limits);
  const { file } = json;
  const special = await readSpecialTokens(checkpoint, json.added_tokens);
  const added = addDeclaredTokens(json, special.declared);
  for (const warning of warnings(added, special, limits)) limits.onWarning?.(`${file}: ${warning}`);
  const named = { ...special, bos: special.bos ?? ownToken(json.bos), eos: special.eos ?? ownToken(json.eos) };
  return makeTokenizer(file, { ...json, added_tokens: added }, named);
}

function ownToken(own: Special | undefined): NamedToken | undefined {
  return own === undefined ? undefined : { id: own.id };
}

function warnings(
  added: readonly AddedToken[],
  { declared }: SpecialTokens,
  { vocabularySize = Infinity }: TokenizerLimits,
): string[] {
  const found: string[] = [];
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  const moved = declared.filter(({ content, id }) => id !== undefined && content !== '' && ids.get(content) !== id);
  if (moved.length > 0) {
    const names = moved.map(({ content, id }) => `${JSON.stringify(content)} (${id}, taken as ${ids.get(content)})`);
    found.push(`added tokens have other ids than beside it, as in transformers 5: ${listNames(names)}.`);
  }
  const beyond = added.filter(({ id }) => id >= vocabularySize);
  if (beyond.length > 0) {
    const names = beyond.map(({ content, id }) => `${JSON.stringify(content)} (${id})`);
    const rows = `the model has ${vocabularySize} rows of embeddings`;
    found.push(`added tokens beyond the embedding, no text may contain them: ${listNames(names)}; ${rows}.`);
  }
  return found;
}

function makeTokenizer(file: string, json: TokenizerJson, special: SpecialTokens): Tokenizer {
  const library = makeParts(file, json);
  const added = searchedTokens(json, library);
  const vocabulary = makeVocabulary(json.model.vocab, added);
  const encode = makeEncoder(file, json, { library, added });
  const { before, after } = readSurroundings(file, json.post_processor);
  const bosId = findSpecial(vocabulary, special.bos);
  return {
    vocabularySize: vocabulary.size,
    bosId,
    bosText: bosId === undefined ? undefined : vocabulary.writtenTokenOf(bosId),
    eosId: findSpecial(vocabulary, special.eos),
    addsBos: bosId !== undefined && before.includes(bosId),
    encode,
    encodeWithSpecialTokens: (text) => [...before, ...encode(text), ...after],
    decode: makeDecoder(file, json, vocabulary),
  };
}

/** The library's parts, from descriptions that it carries out exactly. */
function makeParts(file: string, { normalizer, pre_tokenizer, model }: TokenizerJson): LibraryParts {
  const { map, rest } = splitCharacterMap(file, normalizer);
  if (rest !== null) checkNormalizer(file, rest);
  const words = pre_tokenizer === null ? null : correctPreTokenizer(file, pre_tokenizer);
  const library = makeLibraryParts({ normalizer: rest, pre_tokenizer: words, model: libraryModel(model) });
  if (map === undefined) return library;
  return { ...library, normalizer: { normalize: (text) => library.normalizer?.normalize(map(text)) ?? map(text) } };
}

/** What the library carries out of a model: words that need no merges, and those of unigrams, are encoded here. */
function libraryModel(model: TokenizerJson['model']): BytePairModel {
  if (model.type === 'BPE') return { ...model, ignore_merges: false };
  const { vocab, byte_fallback } = model;
  return { type: 'BPE', vocab, merges: [], unk_token: null, fuse_unk: false, byte_fallback, ignore_merges: false };
}

function searchedTokens(json: TokenizerJson, { normalizer }: LibraryParts): SearchedToken[] {
  return json.added_tokens.map((token) => ({
    token,
    content: token.normalized && normalizer !== null ? normalizer.normalize(token.content) : token.content,
  }));
}

interface EncoderParts {
  readonly library: LibraryParts;
  readonly added: readonly SearchedToken[];
}

function makeEncoder(file: string, json: TokenizerJson, { library, added }: EncoderParts): (text: string) => number[] {
  const { normalizer, pre_tokenizer: preTokenizer, model } = library;
  const splitWritten = addedTokenSplitter(added.filter(({ token }) => !token.normalized));
  const splitNormalized = addedTokenSplitter(added.filter(({ token }) => token.normalized));
  const encodeWord =
    json.model.type === 'BPE' ? wordEncoder(file, json.model, model) : unigramEncoder(file, json.model);

  return (text) => {
    const ids: number[] = [];
    for (const [sectionIndex, section] of splitWritten(text).entries()) {
      if ('id' in section) {
        ids.push(section.id);
        continue;
      }
      const normalized = normalizer === null ? section.text : normalizer.normalize(section.text);
      for (const [partIndex, part] of splitNormalized(normalized).entries()) {
        if ('id' in part) {
          ids.push(part.id);
          continue;
        }
        // Metaspace may put a space before the first section only.
        const options = { section_index: sectionIndex + partIndex };
        for (const word of preTokenizer?.pre_tokenize(part.text, options) ?? [part.text]) encodeWord(word, ids);
      }
    }
    return ids;
  };
}

function makeDecoder(file: string, json: TokenizerJson, vocabulary: Vocabulary): Tokenizer['decode'] {
  const decode = json.decoder === null ? undefined : makeDecode(file, json.decoder);
  return (ids, options = {}) => {
    const tokens = ids
      .map((id) => vocabulary.tokenOf(id))
      .filter((token) => token !== undefined)
      .filter((token) => options.skipSpecialTokens !== true || !vocabulary.isSpecial(token));
    return decode === undefined ? tokens.join(' ') : decode(tokens).join('');
  };
}

/** A token named by its text has been added; an id of config.json is a fall-back and may be a mere default. */
function findSpecial(vocabulary: Vocabulary, named: NamedToken | undefined): number | undefined {
  if (named === undefined) return undefined;
  if ('text' in named) return vocabulary.idOf(named.text);
  return vocabulary.writtenTokenOf(named.id) === undefined ? undefined : named.id;
}
