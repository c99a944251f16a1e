import { isLinchpinError } from '@linchpin/errors';
import { describe, expect, it } from 'vitest';
import { checkNormalizer, correctPreTokenizer } from './library-corrections.ts';
import { makeLibraryParts } from './library-parts.ts';
import type { BytePairModel, TokenizerPart } from './tokenizer-json.ts';

const model: BytePairModel = {
  type: 'BPE',
  vocab: {},
  merges: [],
  unk_token: null,
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
};
const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const metaspace = { type: 'Metaspace', replacement: '▁' };
const split = { type: 'Split', invert: false };
const dot = { pattern: { String: '.' } };

function words(preTokenizer: TokenizerPart, text: string): string[] {
  const corrected = correctPreTokenizer('tokenizer.json', preTokenizer);
  const parts = makeLibraryParts({ normalizer: null, pre_tokenizer: corrected, model });
  return parts.pre_tokenizer!.pre_tokenize(text, { section_index: 0 });
}

/** Right column: `pre_tokenize_str` of tokenizers 0.23.3. */
describe('correctPreTokenizer', () => {
  it.for<[TokenizerPart, string, string[]]>([
    [byteLevel, 'x \ufeff y\u0085z', ['x', 'Ġï»¿', 'Ġy', 'Âħ', 'z']],
    [{ ...byteLevel, add_prefix_space: true }, 'é🙂 a', ['ĠÃ©', 'ðŁĻĤ', 'Ġa']],
    [{ ...byteLevel, use_regex: false }, 'a b', ['aĠb']],
    [{ ...metaspace, prepend_scheme: 'always', split: true }, 'a  b', ['▁a', '▁', '▁b']],
    [{ ...metaspace, prepend_scheme: 'always', split: false }, 'a  b', ['▁a▁▁b']],
    [{ ...metaspace, prepend_scheme: 'never', split: true }, 'a b', ['a', '▁b']],
    [{ type: 'Digits', individual_digits: false }, 'a12²٣b', ['a', '12²٣', 'b']],
    [{ type: 'Digits', individual_digits: true }, 'a12²b', ['a', '1', '2', '²', 'b']],
    [{ type: 'Punctuation', behavior: 'Isolated' }, 'a..b$«', ['a', '.', '.', 'b', '$', '«']],
    [{ type: 'Punctuation', behavior: 'Contiguous' }, 'a..b$«', ['a', '..', 'b', '$«']],
    [{ ...split, ...dot, behavior: 'Isolated' }, '.a..b.', ['.', 'a', '.', '.', 'b', '.']],
    [{ ...split, ...dot, behavior: 'Contiguous' }, '.a..b.', ['.', 'a', '..', 'b', '.']],
    [{ ...split, ...dot, behavior: 'MergedWithNext' }, '.a..b.', ['.a', '.', '.b', '.']],
    [{ ...split, ...dot, behavior: 'MergedWithPrevious' }, '.a..b.', ['.', 'a.', '.', 'b.']],
    [
      { type: 'Split', pattern: { Regex: String.raw`\w+|[^\w\s]+` }, behavior: 'Removed', invert: true },
      'é_1 ?!  b',
      ['é_1', '?!', 'b'],
    ],
    [
      { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel] },
      'a 12',
      ['a', 'Ġ', '1', '2'],
    ],
  ])('%j cuts %j into %j', ([preTokenizer, text, expected]) => {
    expect(words(preTokenizer, text)).toEqual(expected);
  });

  it.for<[TokenizerPart, string]>([
    [{ type: 'UnicodeScripts' }, 'models/tokenizer-part-unsupported'],
    [{ ...split, ...dot, behavior: 'Removed' }, 'models/tokenizer-part-unsupported'],
    [{ ...split, ...dot, behavior: 'Isolated', invert: true }, 'models/tokenizer-part-unsupported'],
    [{ ...split, behavior: 'Isolated' }, 'models/invalid-field'],
    [{ type: 'Sequence' }, 'models/invalid-field'],
  ])('refuses %j', ([preTokenizer, code]) => {
    expect(() => correctPreTokenizer('tokenizer.json', preTokenizer)).toThrow(expect.objectContaining({ code }));
  });
});

describe('checkNormalizer', () => {
  it('accepts the normalizers of the supported families', () => {
    const prepend = { type: 'Prepend', prepend: '▁' };
    const replace = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
    for (const normalizer of [{ type: 'NFC' }, { type: 'Sequence', normalizers: [prepend, replace] }]) {
      expect(() => checkNormalizer('tokenizer.json', normalizer)).not.toThrow();
    }
  });

  it.for([{ type: 'Lowercase' }, { type: 'Prepend' }, { type: 'Sequence', normalizers: [{ type: 'Nmt' }] }])(
    'refuses %j',
    (normalizer) => {
      expect(() => checkNormalizer('tokenizer.json', normalizer)).toThrow(expect.toSatisfy(isLinchpinError));
    },
  );
});
