/**
 * How texts are cut into words before a byte-pair encoding, by the name that GGUF files give it (`tokenizer.ggml.pre`). Patterns are
 * those of the tokenizer.json of the models that the names come from.
 */
import type { JsonObject } from '../read-json.ts';

export interface WordRules {
  readonly normalizer: JsonObject | null;
  readonly preTokenizer: JsonObject;
  /** Whether a word that is a token is taken without looking at merges. */
  readonly ignoresMerges: boolean;
  /** Whether BOS comes in front where the metadata are silent. */
  readonly addsBos: boolean;
}

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const bytesOnly = { ...byteLevel, use_regex: false };
const digits = { type: 'Digits', individual_digits: true };
const nfc = { type: 'NFC' };

/** cl100k of tiktoken, with numbers of so many digits. */
const tiktoken = (numbers: string): JsonObject =>
  split(
    String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${numbers}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  );

function split(regex: string): JsonObject {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}

function sequence(...pretokenizers: readonly JsonObject[]): JsonObject {
  return { type: 'Sequence', pretokenizers };
}

function rules(preTokenizer: JsonObject, others: Partial<WordRules> = {}): WordRules {
  return { normalizer: null, preTokenizer, ignoresMerges: false, addsBos: false, ...others };
}

const gpt2 = rules(byteLevel);
const llama3 = rules(sequence(tiktoken(String.raw`\p{N}{1,3}`), bytesOnly), { ignoresMerges: true, addsBos: true });
const digitByDigit = rules(sequence(digits, byteLevel));

export const wordRules: Readonly<Record<string, WordRules>> = {
  'gpt-2': gpt2,
  'phi-2': gpt2,
  olmo: { ...gpt2, normalizer: nfc },
  dbrx: rules(sequence(tiktoken(String.raw`\p{N}{1,3}`), bytesOnly)),
  'llama-bpe': llama3,
  'llama-v3': llama3,
  llama3,
  qwen2: rules(sequence(tiktoken(String.raw`\p{N}`), bytesOnly), { normalizer: nfc }),
  smollm: digitByDigit,
  starcoder: digitByDigit,
  refact: digitByDigit,
  'command-r': { ...digitByDigit, normalizer: nfc },
};
