import { describe, expect, it } from 'vitest';
import { bigramModel } from '../test/bigram-model.ts';
import { characterTokenizer } from '../test/character-tokenizer.ts';
import { rollingPerplexity } from './rolling-perplexity.ts';

/** Every token has probability 1/2. */
const model = () => bigramModel(() => -Math.LN2, 4);
const options = { tokenizer: characterTokenizer(), bos: 'never' } as const;

/** Log-probabilities come as float32, whose rounding is below 1e-7 of a nat here. */
const digits = 6;

describe('rollingPerplexity', () => {
  it('divides by the words and bytes of the page before it is detokenised', async () => {
    // `é , b\n` has 7 bytes and 4 words, the empty one at its end included; `é, b\n` has 5 tokens.
    const result = await rollingPerplexity(model(), ['é , b\n', 'c'], options);
    expect(result.pages.map(({ page, tokens, words, bytes }) => [page, tokens, words, bytes])).toEqual([
      [0, 5, 4, 7],
      [1, 1, 1, 1],
    ]);
    expect(result.pages[0]?.logLikelihood).toBeCloseTo(-5 * Math.LN2, digits);
    expect(result.wordPerplexity).toBeCloseTo(2 ** (6 / 5), digits);
    expect(result.bytePerplexity).toBeCloseTo(2 ** (6 / 8), digits);
    expect(result.bitsPerByte).toBeCloseTo(6 / 8, digits);
  });

  it.each([
    ['never', true, 1],
    ['always', false, 2],
    ['tokenizer', true, 2],
    ['tokenizer', false, 1],
  ] as const)('predicts the BOS of a page under rule %s where addsBos is %s', async (bos, addsBos, tokens) => {
    const { pages } = await rollingPerplexity(model(), ['a'], { tokenizer: characterTokenizer({ addsBos }), bos });
    expect(pages[0]?.tokens).toBe(tokens);
  });

  it('adds no BOS before one that is written in the text', async () => {
    const { pages } = await rollingPerplexity(model(), ['<s>a'], { ...options, bos: 'always' });
    expect(pages[0]?.tokens).toBe(4);
  });

  it('refuses what it cannot score', async () => {
    await expect(rollingPerplexity(model(), [], options)).rejects.toMatchObject({ code: 'perplexity/no-pages' });
    const bare = { tokenizer: characterTokenizer({ bosId: undefined }), bos: 'never' } as const;
    await expect(rollingPerplexity(model(), ['a'], bare)).rejects.toMatchObject({ code: 'perplexity/no-prefix-token' });
    await expect(
      rollingPerplexity(
        bigramModel(() => Number.NaN, 4),
        ['a'],
        options,
      ),
    ).rejects.toMatchObject({
      code: 'perplexity/non-finite',
    });
  });
});
