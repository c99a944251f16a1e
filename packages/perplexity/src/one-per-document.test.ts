import { describe, expect, it } from 'vitest';
import { characterTokenizer, textOf } from '../test/character-tokenizer.ts';
import { onePerDocument } from './one-per-document.ts';

const options = { tokenizer: characterTokenizer(), contextLength: 4 };

describe('onePerDocument', () => {
  it.each(['first', 'every-window'] as const)('begins every window where a document begins, with BOS %s', (bos) => {
    const windows = [...onePerDocument(['abcdef', 'ghi'], { ...options, bos }).windows()];
    expect(windows.map(textOf)).toEqual(['^abc', '^ghi']);
  });

  it('counts what it leaves out', () => {
    const source = onePerDocument(['ab', 'abcdef'], { ...options, bos: 'never' }).windows();
    expect(textOf(source.next().value as Int32Array)).toBe('abcd');
    expect(source.next()).toEqual({ done: true, value: { droppedTokens: 4, skippedDocuments: 1 } });
  });

  it.each([[['ab', 'a']], [[]]])('refuses documents none of which is long enough: %j', (documents) => {
    expect(() => [...onePerDocument(documents, options).windows()]).toThrow(
      expect.objectContaining({ code: 'perplexity/no-long-document' }),
    );
  });
});
