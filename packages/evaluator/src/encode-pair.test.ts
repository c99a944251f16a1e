import type { Tokenizer } from '@linchpin/plugin-api';
import { expectProblem } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { PairEncoder } from './encode-pair.ts';

/** One id a character, its code; `^` is the BOS. Two spaces merge into one id, so that a boundary can be merged across. */
const tokenizer: Tokenizer = {
  vocabularySize: 256,
  bosId: 94,
  bosText: '^',
  eosId: undefined,
  addsBos: true,
  encode: (text) => Array.from(text.replaceAll('  ', '\u0001'), (character) => character.codePointAt(0)!),
  encodeWithSpecialTokens: (text) => [94, ...tokenizer.encode(text)],
  decode: (ids) => String.fromCodePoint(...ids),
};
const codes = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!);

describe('PairEncoder', () => {
  it('splits where the context ends', () => {
    expect(new PairEncoder(tokenizer, 'never').encode('ab', ' c')).toEqual({
      context: codes('ab'),
      continuation: codes(' c'),
    });
    expect(new PairEncoder(tokenizer, 'always').encode('ab', ' c')).toEqual({
      context: codes('^ab'),
      continuation: codes(' c'),
    });
    expect(new PairEncoder(tokenizer, 'tokenizer').encode('ab', ' c')).toEqual({
      context: codes('^ab'),
      continuation: codes(' c'),
    });
  });

  it.each([
    ['never', 'ab', ['^'], ['ab']],
    ['always', 'ab', ['^'], ['^ab']],
    ['tokenizer', 'ab', ['^'], ['^ab']],
    ['always', '^ab', ['^'], ['^ab']],
    ['never', 'abcdef', ['^', 'bcd'], ['abcd', 'ef']],
    ['never', '', [], []],
  ] as const)('predicts every token of a whole text once, BOS %s: %j', (bos, text, contexts, continuations) => {
    const windows = new PairEncoder(tokenizer, bos).windows(text, 4);
    expect(windows.map(({ context }) => String.fromCodePoint(...context))).toEqual(contexts);
    expect(windows.map(({ continuation }) => String.fromCodePoint(...continuation))).toEqual(continuations);
  });

  it('refuses a whole text whose first token nothing stands before', () => {
    const bare = new PairEncoder({ ...tokenizer, bosId: undefined }, 'never');
    expect(() => bare.windows('ab', 4)).toThrow(expect.objectContaining({ code: 'evaluator/no-prefix-token' }));
  });

  it('moves white space at the end of the context to the continuation', () => {
    expect(new PairEncoder(tokenizer, 'never').encode('ab ', ' c')).toEqual({
      context: codes('ab'),
      continuation: codes('\u0001c'),
    });
  });

  it('puts no second BOS in front of a text that begins with one', () => {
    expect(new PairEncoder(tokenizer, 'always').encode('^ab', 'c').context).toEqual(codes('^ab'));
  });

  it('lets the BOS stand in for an empty context, and does not ask for it to be predicted', () => {
    expect(new PairEncoder(tokenizer, 'never').encode('', 'ab')).toEqual({
      context: codes('^'),
      continuation: codes('ab'),
    });
    expect(new PairEncoder(tokenizer, 'always').encode('', '^ab')).toEqual({
      context: codes('^'),
      continuation: codes('ab'),
    });
  });

  it('encodes both texts by themselves, without a BOS, where a task asks for it', () => {
    const ended: Tokenizer = { ...tokenizer, eosId: 36 };
    expect(new PairEncoder(ended, 'apart').encode('ab ', ' c')).toEqual({
      context: codes('ab '),
      continuation: codes(' c'),
    });
    expect(new PairEncoder(ended, 'apart').encode('', 'ab')).toEqual({
      context: codes('$'),
      continuation: codes('ab'),
    });
    expect(new PairEncoder(tokenizer, 'apart').encode('', 'ab').context).toEqual([]);
  });

  it('refuses to put a BOS that the tokenizer does not have', () => {
    const without: Tokenizer = { ...tokenizer, bosId: undefined, addsBos: false };
    expectProblem('evaluator/no-bos', () => new PairEncoder(without, 'always'));
    expect(new PairEncoder(without, 'tokenizer').encode('', 'ab')).toEqual({ context: [], continuation: codes('ab') });
  });
});
