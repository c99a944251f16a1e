/**
 * The file tokenizer.json as the library needs it: read, checked, and refused where something in it could only be
 * guessed at. What the parts mean is documented with huggingface/tokenizers, whose own loader makes the same checks on
 * merges; truncation and padding are left aside, as transformers does.
 */
import { z } from 'zod';
import { invalidField } from '../errors.ts';
import { tokenizerIdOutOfRange, tokenizerMergeUnknown, tokenizerPartUnsupported } from './errors.ts';
import type { CheckpointTexts } from '../checkpoint-texts.ts';
import { isJsonObject, type JsonObject } from '../read-json.ts';
import type { Special } from './sentencepiece-json.ts';
import { readTokenizerSource } from './tokenizer-source.ts';

/** A normalizer, pre-tokenizer, post-processor or decoder. */
export type TokenizerPart = Readonly<Record<string, unknown>> & { readonly type: string };

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether it counts only where no letter or digit touches it. */
  readonly single_word: boolean;
  /** Whether it takes white space before or behind it with it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Whether it is searched in normalized text, under its normalized form. */
  readonly normalized: boolean;
  readonly special: boolean;
}

export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: TokenizerPart | null;
  readonly pre_tokenizer: TokenizerPart | null;
  readonly post_processor: TokenizerPart | null;
  readonly decoder: TokenizerPart | null;
  readonly model: BytePairModel | UnigramModel;
  /** Where it was read from, as errors call it. */
  readonly file: string;
  /** Of the file itself, where the small files beside it are silent. */
  readonly bos?: Special | undefined;
  readonly eos?: Special | undefined;
}

export interface UnigramModel {
  readonly type: 'Unigram';
  readonly vocab: Readonly<Record<string, number>>;
  /** By id: text and score. */
  readonly pieces: readonly (readonly [string, number])[];
  /** Of what no piece is like; null where that is an error. */
  readonly unk_id: number | null;
  readonly byte_fallback: boolean;
}

export interface BytePairModel {
  readonly type: 'BPE';
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
  readonly unk_token: string | null;
  readonly fuse_unk: boolean;
  readonly byte_fallback: boolean;
  /** Whether a word that is in the vocabulary as a whole is taken without looking at merges. */
  readonly ignore_merges: boolean;
}

const part = z
  .looseObject({ type: z.string() })
  .nullish()
  .transform((value) => value ?? null);
const flag = z.boolean().nullish().transform(Boolean);

const addedToken = z
  .object({
    id: z.int().nonnegative(),
    content: z.string().min(1),
    single_word: flag,
    lstrip: flag,
    rstrip: flag,
    normalized: z.boolean().nullish(),
    special: flag,
  })
  .transform((token) => ({ ...token, normalized: token.normalized ?? !token.special }));

const model = z.object({
  type: z.string().optional(),
  vocab: z.custom<Readonly<Record<string, number>>>(isVocabulary, 'expected an object of whole numbers'),
  merges: z.array(z.unknown()),
  unk_token: z.string().nullish(),
  fuse_unk: flag,
  byte_fallback: flag,
  ignore_merges: flag,
  // What follows changes the result, is used by none of the families, and is therefore not carried out.
  dropout: z.literal(0).nullish(),
  continuing_subword_prefix: z.literal('').nullish(),
  end_of_word_suffix: z.literal('').nullish(),
});

const unigram = z.object({
  type: z.literal('Unigram'),
  vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
  unk_id: z.int().nonnegative().nullish(),
  byte_fallback: flag,
});

const shared = z.object({
  added_tokens: z
    .array(addedToken)
    .nullish()
    .transform((tokens) => tokens ?? []),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
});

export interface TokenizerLimits {
  /**
   * Rows of the embedding: every id of the model's own vocabulary must be below. An added token may be beyond, where it
   * only stops a text that contains it.
   */
  readonly vocabularySize?: number | undefined;
  /** Called with what should be said of the tokenizer, although it can be used. */
  readonly onWarning?: (warning: string) => void;
}

/** Reads and checks `tokenizer.json`, or what stands in its place. */
export async function readTokenizerJson(texts: CheckpointTexts, limits: TokenizerLimits): Promise<TokenizerJson> {
  const { file, json, bos, eos } = await readTokenizerSource(texts);
  const parsed = shared.safeParse(json);
  if (!parsed.success) throw invalidField(file, parsed.error.issues[0]!);
  const checked = readModel(file, json);
  checkIds({ file, vocab: checked.vocab }, parsed.data.added_tokens, limits);
  return { ...parsed.data, model: checked, file, bos, eos };
}

function readModel(file: string, json: JsonObject): BytePairModel | UnigramModel {
  const form = z.object({ model: z.looseObject({ type: z.string().optional() }) }).safeParse(json);
  if (!form.success) throw invalidField(file, form.error.issues[0]!);
  const { type, merges } = form.data.model;
  if (type === 'Unigram') return readUnigram(file, json);
  // Files of 2019 have no `type`; those with merges are byte-pair encodings.
  if (type === 'BPE' || (type === undefined && merges !== undefined)) return readBytePairs(file, json);
  const found = type ?? 'no type and no merges';
  throw tokenizerPartUnsupported(file, { field: 'model', found }, ['BPE', 'Unigram']);
}

function readBytePairs(file: string, json: JsonObject): BytePairModel {
  const parsed = z.object({ model }).safeParse(json);
  if (!parsed.success) throw invalidField(file, parsed.error.issues[0]!);
  const { vocab, merges, unk_token, fuse_unk, byte_fallback, ignore_merges } = parsed.data.model;
  const pairs = merges.map((merge, index) => readMerge({ file, vocab }, merge, index));
  return { type: 'BPE', vocab, merges: pairs, unk_token: unk_token ?? null, fuse_unk, byte_fallback, ignore_merges };
}

function readUnigram(file: string, json: JsonObject): UnigramModel {
  const parsed = z.object({ model: unigram }).safeParse(json);
  if (!parsed.success) throw invalidField(file, parsed.error.issues[0]!);
  const { vocab: pieces, unk_id: unknown = null, byte_fallback } = parsed.data.model;
  if (unknown !== null && unknown >= pieces.length)
    throw invalidField(file, { path: ['model', 'unk_id'], message: `expected an id below ${pieces.length}` });
  const vocab = Object.fromEntries(pieces.map(([text], id) => [text, id]));
  return { type: 'Unigram', vocab, pieces, unk_id: unknown, byte_fallback };
}

function isVocabulary(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every((id) => Number.isInteger(id) && Number(id) >= 0);
}

interface VocabularyOfFile {
  readonly file: string;
  readonly vocab: Readonly<Record<string, number>>;
}

/** Older files write a merge as one string with a space, newer ones as two strings. */
function readMerge({ file, vocab }: VocabularyOfFile, merge: unknown, index: number): readonly [string, string] {
  const [left, right, ...more]: unknown[] =
    typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
  if (typeof left !== 'string' || typeof right !== 'string' || more.length > 0) {
    throw invalidField(file, { path: ['model', 'merges', index], message: 'expected two parts' });
  }
  for (const token of [left, right, left + right]) {
    if (!Object.hasOwn(vocab, token)) throw tokenizerMergeUnknown(file, [left, right], token);
  }
  return [left, right];
}

function checkIds(
  { file, vocab }: VocabularyOfFile,
  added: readonly AddedToken[],
  { vocabularySize = Infinity }: TokenizerLimits,
): void {
  added.forEach(({ content, id }, index) => {
    const own = Object.hasOwn(vocab, content) ? vocab[content] : id;
    if (own === id) return;
    throw invalidField(file, { path: ['added_tokens', index, 'id'], message: `expected ${own}, as in model.vocab` });
  });
  const others = new Set(added.map(({ content }) => content));
  const beyond = Object.entries(vocab).find(([token, id]) => id >= vocabularySize && !others.has(token));
  if (beyond !== undefined) throw tokenizerIdOutOfRange(file, beyond, vocabularySize);
}

/** Checks one part of the file against the form that its type has; `field` is where it stands. */
export function checkPart<T>(
  place: { readonly file: string; readonly field: string },
  form: z.ZodType<T>,
  value: unknown,
): T {
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw invalidField(place.file, { path: [place.field, ...issue.path], message: issue.message });
}
