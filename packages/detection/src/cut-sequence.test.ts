import { idsAsText, idTokenizer } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { cutSequence } from './cut-sequence.ts';

const model = { tokenizer: idTokenizer, config: { contextLength: 4 } };

describe('cutSequence', () => {
  it('takes a text that fits as it is', () => {
    expect(cutSequence(idsAsText([3, 1, 2, 5]), 'the text', model)).toEqual({ ids: [3, 1, 2, 5], notes: [] });
  });

  it('leaves out what lies behind the context, and says so', () => {
    const { ids, notes } = cutSequence(idsAsText([3, 1, 2, 5, 4, 4]), 'the text', model);
    expect(ids).toEqual([3, 1, 2, 5]);
    expect(notes).toEqual([expect.stringContaining('the text the first 4 of 6 tokens')]);
  });

  it('refuses a text of which nothing can be predicted', () => {
    expect(() => cutSequence(idsAsText([3]), 'the text', model)).toThrow(
      expect.objectContaining({ code: 'execution/prompt-too-long' }),
    );
  });
});
