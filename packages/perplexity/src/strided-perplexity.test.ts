import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bigramModel } from '../test/bigram-model.ts';
import { characterTokenizer, textOf } from '../test/character-tokenizer.ts';
import { type DocumentScore, stridedPerplexity } from './strided-perplexity.ts';

const tokenizer = characterTokenizer();
const options = { tokenizer, contextLength: 4, bos: 'never' } as const;

/** A token is its own successor with probability 1/2, any other with 1/8. */
const model = () => bigramModel((previous, next) => Math.log(previous === next ? 1 / 2 : 1 / 8), 4);

async function asked(text: readonly string[], more: object): Promise<string[][]> {
  const asking = model();
  await stridedPerplexity(asking, text, { ...options, ...more });
  return asking.seen.map(({ context, continuation }) =>
    [context, continuation].map((ids) => textOf(Int32Array.from(ids))),
  );
}

describe('stridedPerplexity', () => {
  it.each([
    [
      'half a window',
      { stride: 2 },
      [
        ['a', 'bcd'],
        ['cd', 'ef'],
        ['ef', 'g'],
      ],
    ],
    [
      'one token',
      { stride: 3 },
      [
        ['a', 'bcd'],
        ['d', 'efg'],
      ],
    ],
    [
      'a whole window, whose first token nothing stands before',
      { stride: 4 },
      [
        ['a', 'bcd'],
        ['e', 'fg'],
      ],
    ],
    [
      'no stride',
      {},
      [
        ['a', 'bcd'],
        ['e', 'fg'],
      ],
    ],
    [
      'a BOS before every window',
      { stride: 2, bos: 'every-window' },
      [
        ['^', 'abc'],
        ['^c', 'de'],
        ['^e', 'fg'],
      ],
    ],
  ] as const)('asks for what no window before has predicted: %s', async (_, more, expected) => {
    expect(await asked(['abcdefg'], more)).toEqual(expected);
  });

  it('never puts two documents into one window, and counts those that have nothing to predict', async () => {
    expect(await asked(['abc', 'x', 'de'], { stride: 2 })).toEqual([
      ['a', 'bc'],
      ['d', 'e'],
    ]);
    const documents: DocumentScore[] = [];
    const onDocument = (score: DocumentScore): void => void documents.push(score);
    const result = await stridedPerplexity(model(), ['aab', 'x', 'cc'], { ...options, stride: 2, onDocument });
    expect(result).toMatchObject({ windows: 2, predictions: 3, skippedDocuments: 1, stride: 2, window: 4 });
    expect(documents).toEqual([
      {
        document: 0,
        tokens: 3,
        predictions: 2,
        nllSum: expect.closeTo(4 * Math.LN2, 6),
        perplexity: expect.closeTo(4, 5),
      },
      { document: 2, tokens: 2, predictions: 1, nllSum: expect.closeTo(Math.LN2, 6), perplexity: expect.closeTo(2, 5) },
    ]);
    // Five powers of two over three predictions.
    expect(result.perplexity).toBeCloseTo(2 ** (5 / 3), 5);
  });

  it('predicts every token behind the first once, whatever the stride below a window', async () => {
    const texts = fc
      .array(fc.constantFrom('a', 'b'), { minLength: 2, maxLength: 30 })
      .map((letters) => letters.join(''));
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 3 }), async (text, stride) => {
        const { predictions, perplexity } = await stridedPerplexity(model(), [text], { ...options, stride });
        expect(predictions).toBe(text.length - 1);
        const nll = Array.from(text)
          .slice(1)
          .map((letter, index) => (letter === text[index] ? 1 : 3) * Math.LN2);
        expect(Math.log(perplexity)).toBeCloseTo(nll.reduce((sum, each) => sum + each, 0) / nll.length, 5);
      }),
    );
  });

  it('has the standard error of a ratio', async () => {
    // Windows of 3 and 1 predictions: sums 3 ln 2 and 3 ln 2, over 4 predictions 1.5 ln 2 each.
    const result = await stridedPerplexity(model(), ['aaaab'], { ...options, stride: 2 });
    const [mean, error] = [1.5 * Math.LN2, (Math.sqrt(2 * (1.5 ** 2 + 1.5 ** 2)) / 4) * Math.LN2];
    expect(result.perplexity).toBeCloseTo(Math.exp(mean), 5);
    expect(result.perplexityStandardError).toBeCloseTo(Math.exp(mean) * error, 5);
    expect((await stridedPerplexity(model(), ['aa'], options)).perplexityStandardError).toBeNull();
  });

  it('finishes a document whose last token nothing stands before', async () => {
    const documents: DocumentScore[] = [];
    await stridedPerplexity(model(), ['aaaab'], { ...options, onDocument: (score) => void documents.push(score) });
    expect(documents).toMatchObject([{ tokens: 5, predictions: 3 }]);
  });

  it('ends at a limit', async () => {
    expect(await asked(['abcdefg'], { stride: 2, limit: 2 })).toHaveLength(2);
  });

  it('refuses strides that leave out tokens, and texts without a prediction', async () => {
    for (const stride of [0, 5, 1.5])
      await expect(stridedPerplexity(model(), ['abc'], { ...options, stride })).rejects.toMatchObject({
        code: 'perplexity/stride-out-of-range',
      });
    await expect(stridedPerplexity(model(), ['a'], options)).rejects.toMatchObject({
      code: 'perplexity/nothing-to-predict',
    });
  });
});
