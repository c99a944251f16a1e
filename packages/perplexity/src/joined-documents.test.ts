import { describe, expect, it } from 'vitest';
import { characterTokenizer, textOf } from '../test/character-tokenizer.ts';
import { joinedDocuments } from './joined-documents.ts';

const options = { tokenizer: characterTokenizer(), contextLength: 4 };

describe('joinedDocuments', () => {
  it('joins documents by a space', () => {
    const text = joinedDocuments(['ab', 'cdef'], options);
    expect(text.protocol).toBe('joined-documents');
    expect([...text.windows()].map(textOf)).toEqual(['^ab ', 'cdef']);
  });

  it('reads 1100 documents and makes 256 windows at most', () => {
    const single = joinedDocuments(
      Array.from({ length: 1200 }, () => ''),
      { ...options, bos: 'never' },
    ); // 1099 spaces
    expect(single.windowCount).toBe(256);
    const short = joinedDocuments(
      Array.from({ length: 1200 }, () => ''),
      { ...options, contextLength: 1000, window: 1000 },
    );
    expect(short.windowCount).toBe(1);
  });
});
