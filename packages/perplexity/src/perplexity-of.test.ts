import { describe, expect, it } from 'vitest';
import { bigramModel } from '../test/bigram-model.ts';
import { characterTokenizer, textOf } from '../test/character-tokenizer.ts';
import { consecutiveWindows } from './consecutive-windows.ts';
import { textDigest } from './digests.ts';
import { perplexityOf, sweepPerplexity } from './perplexity-of.ts';
import { layOutWindows } from './window-layout.ts';

const a = 97;
const layout = layOutWindows({ tokenizer: characterTokenizer(), contextLength: 3, bos: 'never' });

/** A token is its own successor with probability 1/2, any other with 1/8. */
const model = () => bigramModel((previous, next) => Math.log(previous === next ? 1 / 2 : 1 / 8), 3);

/** Log-probabilities come as float32, whose rounding is below 1e-7 of a nat here. */
const digits = 6;

describe('perplexityOf', () => {
  it('is exp of the mean over windows of the mean loss after the first token', async () => {
    // aaa: 2 · ln 2; abc: 2 · ln 8; bba: ln 2 + ln 8; the last b is dropped.
    const result = await perplexityOf(model(), consecutiveWindows('aaaabcbbab', layout));
    const means = [1, 3, 2].map((powers) => powers * Math.LN2);
    expect(result.windows.map(({ window }) => window)).toEqual([0, 1, 2]);
    result.windows.forEach(({ nll, nllSum }, window) => {
      expect(nll).toBeCloseTo(means[window] ?? Number.NaN, digits);
      expect(nllSum).toBeCloseTo(2 * (means[window] ?? Number.NaN), digits);
    });
    expect(result.nll).toBeCloseTo(2 * Math.LN2, digits);
    expect(result.perplexity).toBeCloseTo(4, digits - 1);
    // Sample variance of 1, 2, 3 is 1: the error of the mean is ln 2 / √3.
    expect(result.nllStandardError).toBeCloseTo(Math.LN2 / Math.sqrt(3), digits);
    expect(result.perplexityStandardError).toBeCloseTo((4 * Math.LN2) / Math.sqrt(3), digits - 1);
  });

  it('says what was scored', async () => {
    const result = await perplexityOf(model(), consecutiveWindows('aaaabcbbab', layout));
    expect(result).toMatchObject({
      protocol: 'consecutive',
      requestedWindow: 2048,
      window: 3,
      bos: 'never',
      bosId: null,
      seed: null,
      tokens: 9,
      predictions: 6,
      leftOut: { droppedTokens: 1, skippedDocuments: 0 },
      textSha256: textDigest('aaaabcbbab'),
      idsSha256: textDigest('97,97,97,97,98,99,98,98,97'),
    });
  });

  it('asks for each window as a group of its own: its first token as context, the rest predicted', async () => {
    const asked = model();
    await perplexityOf(asked, consecutiveWindows('abcdef', layout));
    const texts = asked.seen.map(({ context, continuation }) =>
      [context, continuation].map((ids) => textOf(Int32Array.from(ids))),
    );
    expect(texts).toEqual([
      ['a', 'bc'],
      ['d', 'ef'],
    ]);
  });

  it('reports every window, and stops at a limit without saying what is left', async () => {
    const reported: number[] = [];
    const options = { limit: 1, onWindow: ({ window }: { window: number }) => reported.push(window) };
    const result = await perplexityOf(model(), consecutiveWindows('aaaabc', layout), options);
    expect(reported).toEqual([0]);
    expect(result).toMatchObject({ tokens: 3, leftOut: null, nllStandardError: null, perplexityStandardError: null });
    expect(result.perplexity).toBeCloseTo(2, digits - 1);
  });

  it('makes no window before the model asks for it', async () => {
    const made: number[] = [];
    const text = consecutiveWindows('aaaabcbba', layout);
    const counting = {
      ...text,
      *windows() {
        for (const window of text.windows()) {
          made.push(made.length);
          yield window;
        }
        return { droppedTokens: 0, skippedDocuments: 0 };
      },
    };
    const seen: number[] = [];
    await perplexityOf(model(), counting, { onWindow: () => seen.push(made.length) });
    expect(seen).toEqual([1, 2, 3]);
  });

  it.each([Number.NaN, -Infinity])('refuses %d and names the window', async (value) => {
    const broken = bigramModel((_, next) => (next === a + 5 ? value : -1), 3);
    await expect(perplexityOf(broken, consecutiveWindows('abcdef', layout))).rejects.toMatchObject({
      code: 'perplexity/non-finite',
      problem: { subject: 'window 1', found: expect.stringContaining('token 2') },
    });
  });

  it('refuses a window that the model does not take', async () => {
    await expect(
      perplexityOf(
        bigramModel(() => -1, 1),
        consecutiveWindows('abc', layout),
      ),
    ).rejects.toMatchObject({
      code: 'perplexity/unscorable',
    });
  });
});

describe('sweepPerplexity', () => {
  it('gives at every point what the model gives there, and reads the windows once', async () => {
    const models = [model(), bigramModel(() => Math.log(1 / 4), 3)];
    const sweep = {
      ...models[0]!,
      values: [0, 1],
      async *score(groups: Parameters<(typeof models)[0]['score']>[0]) {
        for await (const group of groups)
          yield await Promise.all(models.map(async (each) => (await Array.fromAsync(each.score([group])))[0]!));
      },
    };
    const text = consecutiveWindows('aaaabcbbab', layout);
    const windows: number[] = [];
    const results = await sweepPerplexity(sweep, text, { onWindow: ({ window }) => windows.push(window) });
    for (const [point, each] of models.entries()) expect(results[point]).toEqual(await perplexityOf(each, text));
    expect(results[1]!.perplexity).toBeCloseTo(4, digits - 1);
    expect(windows).toEqual([0, 1, 2]);
  });
});
