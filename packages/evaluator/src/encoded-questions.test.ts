import type { Tokenizer } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { type EncodedQuestion, EncodedQuestions, type LoadedQuestion } from './encoded-questions.ts';

let encodings = 0;
const tokenizer: Tokenizer = {
  vocabularySize: 128,
  bosId: undefined,
  bosText: undefined,
  eosId: undefined,
  addsBos: false,
  encode(text) {
    encodings++;
    return Array.from(text, (character) => character.codePointAt(0)!);
  },
  encodeWithSpecialTokens: (text) => tokenizer.encode(text),
  decode: () => '',
};

function* read(): Generator<LoadedQuestion> {
  for (const [docId, context] of ['one', 'two', 'three', 'four'].entries())
    yield { docId, question: { kind: 'last-word', context, continuation: ' word' } };
}

async function all(questions: EncodedQuestions): Promise<EncodedQuestion[]> {
  return await Array.fromAsync(questions);
}

/** A context and, with it, its continuation. */
const encodingsOfQuestion = 2;

describe('EncodedQuestions', () => {
  it('encodes every question once, also after a going through that ended early', async () => {
    const expected = await all(new EncodedQuestions(read, { tokenizer, bos: 'never' }));
    expect(expected.map(({ docId }) => docId)).toEqual([0, 1, 2, 3]);
    expect(expected[1]).toMatchObject({
      pairs: [{ context: 'two', continuation: ' word' }],
      tokens: [{ context: tokenizer.encode('two'), continuation: tokenizer.encode(' word') }],
    });
    encodings = 0;
    const questions = new EncodedQuestions(read, { tokenizer, bos: 'never' });
    for await (const { docId } of questions) if (docId === 1) break;
    expect(encodings).toBe(2 * encodingsOfQuestion);
    expect(await all(questions)).toEqual(expected);
    expect(await all(questions)).toEqual(expected);
    expect(encodings).toBe(4 * encodingsOfQuestion);
  });

  it('keeps no more than it may, and encodes the rest anew', async () => {
    const expected = await all(new EncodedQuestions(read, { tokenizer, bos: 'never' }));
    encodings = 0;
    // The bound is reached by the second question: 8 tokens each.
    const questions = new EncodedQuestions(read, { tokenizer, bos: 'never' }, 9);
    for (let time = 0; time < 3; time++) expect(await all(questions)).toEqual(expected);
    expect(encodings).toBe((2 + 3 * 2) * encodingsOfQuestion);
  });

  it('gives the same to two who go through it at the same time', async () => {
    const questions = new EncodedQuestions(read, { tokenizer, bos: 'never' });
    const [one, other] = await Promise.all([all(questions), all(questions)]);
    expect(one).toEqual(other);
    expect(await all(questions)).toEqual(one);
  });
});
