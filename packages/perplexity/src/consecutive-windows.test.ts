import { describe, expect, it } from 'vitest';
import { characterTokenizer, textOf } from '../test/character-tokenizer.ts';
import { consecutiveWindows } from './consecutive-windows.ts';
import { layOutWindows, type WindowBos } from './window-layout.ts';

function layout(bos: WindowBos) {
  return layOutWindows({ tokenizer: characterTokenizer(), contextLength: 4, bos });
}

describe('consecutiveWindows', () => {
  it.each([
    ['first', ['^abc', 'defg'], 3],
    ['every-window', ['^abc', '^def', '^ghi'], 1],
    ['never', ['abcd', 'efgh'], 2],
  ] as const)('cuts a text with BOS %s', (bos, expected, droppedTokens) => {
    const text = consecutiveWindows('abcdefghij', layout(bos));
    const source = text.windows();
    expect(expected.map(() => textOf(source.next().value as Int32Array))).toEqual(expected);
    expect(source.next()).toEqual({ done: true, value: { droppedTokens, skippedDocuments: 0 } });
    expect(text.windowCount).toBe(expected.length);
  });

  it('gives the same windows again when it is read again', () => {
    const text = consecutiveWindows('abcdefghij', layout('never'));
    expect([...text.windows()]).toEqual([...text.windows()]);
  });

  it('ends at a limit', () => {
    const text = consecutiveWindows('abcdefghij', layout('never'), { limit: 1 });
    expect([...text.windows()].map(textOf)).toEqual(['abcd']);
  });

  it('refuses a text of less than one window', () => {
    expect(() => consecutiveWindows('ab', layout('first'))).toThrow(
      expect.objectContaining({ code: 'perplexity/text-too-short' }),
    );
  });
});
