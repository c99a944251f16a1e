import type { Tokenizer } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { cutBefore, endsWithAny } from './stop-texts.ts';

/** One token a character. */
const tokenizer = {
  decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
} as Pick<Tokenizer, 'decode'> as Tokenizer;
const ids = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!);

describe('endsWithAny', () => {
  it('finds a text among the last tokens, wherever it began', () => {
    const isEnded = endsWithAny(tokenizer, ['Question:', '</s>']);
    expect(isEnded(ids('an answer. Question'))).toBe(false);
    expect(isEnded(ids('an answer. Question:'))).toBe(true);
    expect(isEnded(ids('x</s>'))).toBe(true);
    expect(isEnded([])).toBe(false);
  });

  it('looks no further back than it has to', () => {
    const isEnded = endsWithAny(tokenizer, ['ab']);
    expect(isEnded(ids(`ab${'-'.repeat(30)}`))).toBe(false);
  });
});

describe('cutBefore', () => {
  it('leaves what stands before the first of the texts', () => {
    expect(cutBefore('one. two\nthree', ['\n', '.'])).toBe('one');
    expect(cutBefore('one', ['\n'])).toBe('one');
    expect(cutBefore('\none', ['\n'])).toBe('');
  });
});
