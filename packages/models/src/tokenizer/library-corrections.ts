/**
 * Says tokenizer.json's normalizers and pre-tokenizers in the words that @huggingface/tokenizers 0.2.0 carries out
 * exactly. Where it departs from the reference (huggingface/tokenizers, Rust):
 * - ByteLevel: its regular expression uses JavaScript's `\s`, which has U+FEFF and lacks U+0085;
 * - Metaspace: `split` and the older `add_prefix_space` are ignored;
 * - Split: only `Isolated`, and `Removed` with `invert`, are implemented;
 * - Digits: ASCII only; Punctuation: `behavior` is ignored.
 * What it has no exact form for is refused.
 */
import { z } from 'zod';
import { tokenizerPartUnsupported } from './errors.ts';
import { checkPart, type TokenizerPart } from './tokenizer-json.ts';

// GPT-2's pattern; as part of a Split the library gives \s and \S the meaning that they have in the reference.
const gpt2Words = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const punctuation = String.raw`[\p{P}\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E]`;

const pattern = z.union([z.object({ Regex: z.string().min(1) }), z.object({ String: z.string().min(1) })]);
const parts = z.array(z.looseObject({ type: z.string() }));
const flag = z.boolean().nullish();
const behaviors = ['Isolated', 'Contiguous', 'MergedWithNext', 'MergedWithPrevious', 'Removed'] as const;
const behavior = z.enum(behaviors);

const normalizerForms: Readonly<Record<string, z.ZodType>> = {
  NFC: z.unknown(),
  NFD: z.unknown(),
  NFKC: z.unknown(),
  NFKD: z.unknown(),
  Prepend: z.object({ prepend: z.string() }),
  Replace: z.object({ pattern, content: z.string() }),
};

/** Checks that every normalizer is one that the library carries out exactly. */
export function checkNormalizer(file: string, normalizer: TokenizerPart): void {
  const place = { file, field: 'normalizer' };
  if (normalizer.type === 'Sequence') {
    for (const part of checkPart(place, z.object({ normalizers: parts }), normalizer).normalizers) {
      checkNormalizer(file, part);
    }
    return;
  }
  const form = normalizerForms[normalizer.type];
  if (form === undefined) {
    const known = [...Object.keys(normalizerForms), 'Sequence'];
    throw tokenizerPartUnsupported(file, { field: 'normalizer', found: normalizer.type }, known);
  }
  checkPart(place, form, normalizer);
}

const preTokenizers: Readonly<Record<string, (file: string, part: TokenizerPart) => TokenizerPart>> = {
  ByteLevel: correctByteLevel,
  Digits: correctDigits,
  Metaspace: correctMetaspace,
  Punctuation: correctPunctuation,
  Sequence: correctSequence,
  Split: correctSplit,
};

/** Gives a pre-tokenizer of the same meaning that the library carries out exactly. */
export function correctPreTokenizer(file: string, preTokenizer: TokenizerPart): TokenizerPart {
  const correct = preTokenizers[preTokenizer.type];
  if (correct !== undefined) return correct(file, preTokenizer);
  const found = { field: 'pre_tokenizer', found: preTokenizer.type };
  throw tokenizerPartUnsupported(file, found, Object.keys(preTokenizers));
}

function correctSequence(file: string, part: TokenizerPart): TokenizerPart {
  const { pretokenizers } = check(file, z.object({ pretokenizers: parts }), part);
  return sequence(pretokenizers.map((each) => correctPreTokenizer(file, each)));
}

function correctByteLevel(file: string, part: TokenizerPart): TokenizerPart {
  const { add_prefix_space, use_regex } = check(file, z.object({ add_prefix_space: flag, use_regex: flag }), part);
  const bytes = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };
  // With a space for a replacement, all that Metaspace does is to put one in front where there is none.
  const space = { type: 'Metaspace', replacement: ' ', prepend_scheme: 'always' };
  const words = { type: 'Split', pattern: { Regex: gpt2Words }, behavior: 'Removed', invert: true };
  return sequence([...(add_prefix_space === true ? [space] : []), ...(use_regex === false ? [] : [words]), bytes]);
}

function correctMetaspace(file: string, part: TokenizerPart): TokenizerPart {
  const form = z.object({
    replacement: z.string().min(1),
    prepend_scheme: z.enum(['always', 'first', 'never']).nullish(),
    add_prefix_space: flag,
    split: flag,
  });
  const { replacement, prepend_scheme, add_prefix_space, split } = check(file, form, part);
  const scheme = prepend_scheme ?? (add_prefix_space === false ? 'never' : 'always');
  const spaces = { type: 'Metaspace', replacement, prepend_scheme: scheme };
  return split === false ? spaces : sequence([spaces, isolate(literal(replacement), 'MergedWithNext')]);
}

function correctDigits(file: string, part: TokenizerPart): TokenizerPart {
  const { individual_digits } = check(file, z.object({ individual_digits: flag }), part);
  return isolate(String.raw`\p{N}`, individual_digits === true ? 'Isolated' : 'Contiguous');
}

function correctPunctuation(file: string, part: TokenizerPart): TokenizerPart {
  const form = z.object({ behavior: behavior.exclude(['Removed']).default('Isolated') });
  return isolate(punctuation, check(file, form, part).behavior);
}

function correctSplit(file: string, part: TokenizerPart): TokenizerPart {
  const split = check(file, z.object({ pattern, behavior, invert: flag }), part);
  const source = 'Regex' in split.pattern ? split.pattern.Regex : literal(split.pattern.String);
  const inverted = split.invert === true;
  if (split.behavior !== 'Removed' && !inverted) return isolate(source, split.behavior);
  if (split.behavior === 'Removed' && inverted) {
    return { type: 'Split', pattern: { Regex: source }, behavior: 'Removed', invert: true };
  }
  const found = `${split.behavior} with invert ${inverted}`;
  throw tokenizerPartUnsupported(file, { field: 'pre_tokenizer.behavior', found }, behaviors);
}

/** A Split whose matches, each by itself, are what `kind` makes of the matches of `source`. */
function isolate(source: string, kind: Exclude<(typeof behaviors)[number], 'Removed'>): TokenizerPart {
  const others = String.raw`(?:(?!${source})[\s\S])*`;
  const forms = {
    Isolated: source,
    Contiguous: `(?:${source})+`,
    MergedWithNext: `(?:${source})${others}`,
    MergedWithPrevious: `${others}(?:${source})`,
  };
  return { type: 'Split', pattern: { Regex: forms[kind] }, behavior: 'Isolated', invert: false };
}

function sequence(pretokenizers: readonly TokenizerPart[]): TokenizerPart {
  return { type: 'Sequence', pretokenizers };
}

function check<T>(file: string, form: z.ZodType<T>, part: TokenizerPart): T {
  return checkPart({ file, field: 'pre_tokenizer' }, form, part);
}

/** A text as a regular expression in Oniguruma's syntax. */
function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|&-]/g, String.raw`\$&`);
}
