import { describe, expect, it } from 'vitest';
import { makeDecode } from './decoders.ts';
import type { TokenizerPart } from './tokenizer-json.ts';

function decode(decoder: TokenizerPart, tokens: readonly string[]): string {
  return makeDecode('tokenizer.json', decoder)(tokens).join('');
}

const bytes = { type: 'ByteFallback' };
const llama = {
  type: 'Sequence',
  decoders: [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    bytes,
    { type: 'Fuse' },
    { type: 'Strip', content: ' ', start: 1, stop: 0 },
  ],
};
const metaspace = { type: 'Metaspace', replacement: '▁' };

/** Right column: what tokenizers 0.23.3 decodes. */
describe('makeDecode', () => {
  it.for<[TokenizerPart, string[], string]>([
    [bytes, ['<0xC3>', '<0xA9>', 'a'], 'éa'],
    [bytes, ['<0xC3>', 'a', '<0xE2>', '<0xA9>'], '\uFFFDa\uFFFD\uFFFD'],
    [bytes, ['<0xEF>', '<0xBB>', '<0xBF>', 'a'], '\ufeffa'],
    [llama, ['▁a', '▁a'], 'a a'],
    [llama, ['▁', '▁a', '<0xC3>', '<0xA9>'], ' aé'],
    [{ ...metaspace, prepend_scheme: 'always' }, ['▁', '▁a', '▁a'], ' a a'],
    [{ ...metaspace, prepend_scheme: 'never' }, ['▁a', '▁a'], ' a a'],
    [{ type: 'ByteLevel' }, ['Ã', '©', 'Ġa', '  '], 'é a  '],
    [{ type: 'ByteLevel' }, ['Ã', 'Ġ'], '\uFFFD '],
  ])('%j of %j is %j', ([decoder, tokens, text]) => {
    expect(decode(decoder, tokens)).toBe(text);
  });

  it.for<[TokenizerPart, string]>([
    [{ type: 'CTC' }, 'models/tokenizer-part-unsupported'],
    [{ type: 'Strip', content: ' ' }, 'models/invalid-field'],
  ])('refuses %j', ([decoder, code]) => {
    expect(() => makeDecode('tokenizer.json', decoder)).toThrow(expect.objectContaining({ code }));
  });
});
