import type { JudgedItem } from '@linchpin/evaluator';
import type { Tokenizer } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { ItemRecord } from './recorded-item.ts';

const decoded: number[] = [];
const tokenizer: Tokenizer = {
  vocabularySize: 100,
  bosId: 1,
  bosText: '<s>',
  eosId: undefined,
  addsBos: true,
  encode: () => [],
  encodeWithSpecialTokens: () => [],
  decode([id]) {
    decoded.push(id!);
    return `<${id}>`;
  },
};

const record = new ItemRecord(tokenizer);
const score = (logLikelihood: number): { score: JudgedItemScore } => ({
  score: { logLikelihood, isGreedy: true, tokenLogProbabilities: Float32Array.of(logLikelihood) },
});
type JudgedItemScore = { logLikelihood: number; isGreedy: boolean; tokenLogProbabilities: Float32Array };

function item(facts: Partial<JudgedItem>): JudgedItem {
  return {
    docId: 4,
    question: { kind: 'multiple-choice', context: 'a', choices: ['b'], answer: 0 },
    requests: [
      {
        context: 'a',
        continuation: ' b',
        tokens: { context: [1, 20], continuation: [30, 31] },
        tokensCut: 0,
        result: score(-2),
      },
    ],
    answer: { predicted: 0, isCorrect: true },
    ...facts,
  };
}

describe('a recorded item', () => {
  it('has what the model was fed first, which is all but the last id', () => {
    expect(record.ofItem(item({}))).toEqual({
      docId: 4,
      answer: 0,
      isRight: true,
      requests: [
        {
          context: 'a',
          continuation: ' b',
          firstIds: [1, 20, 30],
          firstTexts: ['<1>', '<20>', '<30>'],
          bos: true,
          tokens: 2,
          logLikelihood: -2,
          isGreedy: true,
          tokensCut: 0,
        },
      ],
    });
  });

  it('begins behind what was cut off', () => {
    const context = Int32Array.from({ length: 30 }, (_, index) => index + 1);
    const [request] = item({}).requests;
    const long = { ...request!, tokens: { context, continuation: [90] }, tokensCut: 25 };
    expect(record.ofItem(item({ requests: [long] })).requests[0]).toMatchObject({
      firstIds: [26, 27, 28, 29, 30],
      bos: false,
      tokensCut: 25,
    });
  });

  it('has at most eight ids, and asks for the text of each once', () => {
    const [request] = item({}).requests;
    const long = { ...request!, tokens: { context: Array(20).fill(77), continuation: [77] } };
    decoded.length = 0;
    expect(record.ofItem(item({ requests: [long] })).requests[0]?.firstIds).toEqual(Array(8).fill(77));
    expect(decoded).toEqual([77]);
  });

  it('has no answer where there is nothing to choose from, and no score where there is none', () => {
    const { answer: _, ...unanswered } = item({
      question: { kind: 'last-word', context: 'a', continuation: ' b' },
      requests: [{ ...item({}).requests[0]!, result: { unscorable: 'empty-context' } }],
      skipped: 'empty-context',
    });
    const recorded = record.ofItem(unanswered);
    expect(recorded).toMatchObject({ docId: 4, skipped: 'empty-context' });
    expect(Object.keys(recorded)).toEqual(['docId', 'requests', 'skipped']);
    expect(Object.keys(recorded.requests[0]!)).not.toContain('logLikelihood');
  });

  it('is a prompt with what was expected and what was written', () => {
    const text = { docId: 3, prompt: 'a b', promptIds: [1, 20], expected: 'c', written: ' d', isRight: false };
    expect(record.ofText(text)).toEqual({
      docId: 3,
      isRight: false,
      requests: [
        {
          context: 'a b',
          continuation: 'c',
          firstIds: [1, 20],
          firstTexts: ['<1>', '<20>'],
          bos: true,
          tokens: 0,
          written: ' d',
          tokensCut: 0,
        },
      ],
    });
  });

  it('is a window by its ids and its sum', () => {
    expect(record.ofWindow({ window: 2, nllSum: 8.5 }, Int32Array.of(5, 6, 7))).toEqual({
      docId: 2,
      requests: [
        { firstIds: [5, 6], firstTexts: ['<5>', '<6>'], bos: false, tokens: 2, logLikelihood: -8.5, tokensCut: 0 },
      ],
    });
  });
});
