import { describe, expect, it } from 'vitest';
import { characterTokenizer, textOf } from '../test/character-tokenizer.ts';
import { c4, drawSegments } from './c4.ts';
import { layOutWindows } from './window-layout.ts';

const tokenizer = characterTokenizer({ addsBos: false });
const layout = layOutWindows({ tokenizer, contextLength: 4 });
const draw = { seed: 0, segments: 3 };

describe('c4', () => {
  it('takes a document of exactly the length of a window whole, without a second draw', () => {
    // At seed 0 CPython's randint(0, 2) gives 1, 1, 0, 1.
    const segments = [...drawSegments(['ab', 'abcd', 'abc'], layout, draw)];
    expect(segments.map(({ document, start, rejected }) => [document, start, rejected])).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 1],
    ]);
  });

  it('draws where a segment of a longer document begins', () => {
    // At seed 0 the words begin with the bits 11, 01, 11, 11, 01: randint(0, 0) takes two, randint(0, 1) three.
    const [segment] = drawSegments(['abcdef'], layout, { seed: 0, segments: 1 });
    expect(segment).toMatchObject({ document: 0, tokens: 6, start: 1, rejected: 0 });
    expect(textOf(segment!.ids)).toBe('bcde');
  });

  it('gives the same windows again, and others at another seed', () => {
    const documents = Array.from({ length: 20 }, (_, index) => 'abcdefghijklmnopqrstuvwxyz'.slice(index % 7));
    const text = c4(documents, { tokenizer, contextLength: 4, segments: 8 });
    expect(text).toMatchObject({ seed: 0, windowCount: 8, protocol: 'random-segments' });
    expect([...text.windows()]).toEqual([...text.windows()]);
    expect([...c4(documents, { tokenizer, contextLength: 4, segments: 8, seed: 1 }).windows()]).not.toEqual([
      ...text.windows(),
    ]);
  });

  it('tokenises no document before a window is asked for, and none twice to learn its length', () => {
    const asked: string[] = [];
    const spied = {
      ...tokenizer,
      encodeWithSpecialTokens: (text: string) => (asked.push(text), tokenizer.encode(text)),
    };
    const text = c4(['ab', 'abcd', 'abc'], { tokenizer: spied, contextLength: 4, segments: 3 });
    expect(asked).toEqual([]);
    expect([...text.windows()]).toHaveLength(3);
    expect(asked.filter((document) => document !== 'abcd')).toEqual(['ab']);
  });

  it('says how long the longest document is where none fills a window', () => {
    expect(() => [...drawSegments(['a', 'abc'], layout, draw)]).toThrow(
      expect.objectContaining({
        code: 'perplexity/no-long-document',
        problem: expect.objectContaining({ found: expect.stringContaining('3 tokens') }),
      }),
    );
    expect(() => [...drawSegments([], layout, draw)]).toThrow(
      expect.objectContaining({ code: 'perplexity/no-long-document' }),
    );
  });
});
