import type { LanguageModel, Question, RequestResult, SweepModel, Tokenizer } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { EncodedQuestions, type LoadedQuestion } from './encoded-questions.ts';
import { evaluateTask, type JudgedItem, sweepTask } from './evaluate-task.ts';

const tokenizer: Tokenizer = {
  vocabularySize: 128,
  bosId: undefined,
  bosText: undefined,
  eosId: undefined,
  addsBos: false,
  encode: (text) => Array.from(text, (character) => character.codePointAt(0)!),
  encodeWithSpecialTokens: (text) => tokenizer.encode(text),
  decode: () => '',
};

/** The same with a BOS, `^`. */
const characters: Tokenizer = {
  ...tokenizer,
  bosId: 94,
  bosText: '^',
  decode: (ids) => String.fromCodePoint(...ids),
};

/** Gives every continuation the log-likelihood that stands in a list, by its text; `#` cannot be scored. */
function listModel(logLikelihoods: Readonly<Record<string, number>>): LanguageModel {
  return {
    contextLength: 8,
    vocabularySize: 128,
    cost: {
      requests: 0,
      tokensAsked: 0,
      tokensComputed: 0,
      prefixTokens: 0,
      paddingTokens: 0,
      logitRowsAsked: 0,
      logitRowsComputed: 0,
      requestsRescored: 0,
      batches: 0,
    },
    async *score(groups) {
      for await (const group of groups) {
        yield group.map(({ continuation }): RequestResult => {
          const text = String.fromCodePoint(...continuation).trim();
          if (text === '#') return { unscorable: 'continuation-too-long' };
          const logLikelihood = logLikelihoods[text]!;
          return {
            score: {
              logLikelihood,
              isGreedy: logLikelihood > -1,
              tokenLogProbabilities: Float32Array.of(logLikelihood),
            },
          };
        });
      }
    },
  };
}

const encoded = (read: () => Iterable<LoadedQuestion>): EncodedQuestions =>
  new EncodedQuestions(read, { tokenizer, bos: 'never' });

const run = (
  questions: readonly Question[],
  metrics: readonly ('acc' | 'acc_norm' | 'perplexity')[],
  onItem?: (item: JudgedItem) => void,
) =>
  evaluateTask({
    task: { name: 'toy', version: 3, metrics },
    questions: encoded(() => questions.map((question, docId) => ({ docId, question }))),
    model: listModel({ yes: -2, no: -3, maybe: -4, word: -0.5, other: -1.5 }),
    bootstrapReplicates: 100,
    ...(onItem === undefined ? {} : { onItem }),
  });

describe('evaluateTask', () => {
  it('divides what whole texts cost by their words and bytes', async () => {
    const texts = [
      { kind: 'whole-text', text: 'yesno', words: 4, bytes: 7 },
      { kind: 'whole-text', text: 'yes', words: 1, bytes: 3 },
    ] as const;
    const read = () => texts.map((question, docId) => ({ docId, question }));
    const asked: string[] = [];
    const { metrics } = await evaluateTask({
      task: { name: 'toy', version: 3, metrics: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'] },
      questions: new EncodedQuestions(read, { tokenizer: characters, bos: 'never', contextLength: 3 }),
      // The second window of the first text is filled up at its left.
      model: listModel({ yes: -2, no: -3 }),
      onItem: ({ requests }) =>
        asked.push(requests.map(({ context, continuation }) => `${context}|${continuation}`).join()),
    });
    expect(asked).toEqual(['^|yes,es|no', '^|yes']);
    const nll = 2 + 3 + 2;
    expect(metrics).toEqual([
      { metric: 'word_perplexity', value: Math.exp(nll / 5), standardError: null, correct: null },
      { metric: 'byte_perplexity', value: Math.exp(nll / 10), standardError: null, correct: null },
      { metric: 'bits_per_byte', value: nll / 10 / Math.LN2, standardError: null, correct: null },
    ]);
  });

  it('counts the share of the probability that true choices have', async () => {
    const question = (...isTrue: boolean[]): Question => ({
      kind: 'weighed-choices',
      context: 'c',
      choices: ['yes', 'no', 'maybe'],
      isTrue,
    });
    const { metrics } = await run([question(true, false, true), question(false, true, false)], ['acc']);
    const [yes, no, maybe] = [Math.exp(-2), Math.exp(-3), Math.exp(-4)];
    const all = yes + no + maybe;
    const shares = [(yes + maybe) / all, no / all];
    expect(metrics[0]!.value).toBeCloseTo((shares[0]! + shares[1]!) / 2, 14);
    // The sample deviation of two numbers is their distance over the root of 2.
    expect(metrics[0]!.standardError).toBeCloseTo(Math.abs(shares[0]! - shares[1]!) / 2, 14);
    expect(metrics[0]!.correct).toBeNull();
  });

  it('counts as right what gives one of several answers greedily', async () => {
    const question = (...texts: string[]): Question => ({
      kind: 'any-of',
      context: 'c',
      continuations: texts.map((text) => ` ${text}`),
    });
    const { metrics } = await run([question('yes', 'word'), question('yes', 'no'), question('word')], ['acc']);
    expect(metrics).toMatchObject([{ correct: 2 }]);
  });

  it('puts the delimiter of a question before its choices', async () => {
    const seen: string[] = [];
    const question: Question = {
      kind: 'multiple-choice',
      context: 'c',
      choices: ['yes', 'no'],
      delimiter: '',
      answer: 0,
    };
    await run([question], ['acc'], ({ requests }) => seen.push(...requests.map(({ continuation }) => continuation)));
    expect(seen).toEqual(['yes', 'no']);
  });

  it('counts right answers, by sum and by length', async () => {
    const question = (answer: number): Question => ({
      kind: 'multiple-choice',
      context: 'c',
      choices: ['yes', 'no', 'maybe'],
      answer,
    });
    // −2/3, −3/2, −4/5: the longest choice is never the best by sum, the first is the best by length.
    const result = await run([question(0), question(1), question(0), question(2)], ['acc', 'acc_norm']);
    expect(result).toMatchObject({ task: 'toy', version: 3, items: 4, skipped: [] });
    expect(result.metrics).toMatchObject([
      { metric: 'acc', value: 0.5, correct: 2 },
      { metric: 'acc_norm', value: 0.5, correct: 2 },
    ]);
    expect(result.metrics[0]!.standardError).toBeCloseTo(Math.sqrt(0.25 / 3), 12);
  });

  it('gives LAMBADA its perplexity a word and its greedy accuracy', async () => {
    const question = (word: string): Question => ({ kind: 'last-word', context: 'c', continuation: ` ${word}` });
    const result = await run([question('word'), question('other')], ['perplexity', 'acc']);
    expect(result.metrics).toMatchObject([
      { metric: 'perplexity', value: Math.exp(1), correct: null },
      { metric: 'acc', value: 0.5, correct: 1 },
    ]);
  });

  it('compares contexts where the continuation is shared', async () => {
    const seen: JudgedItem[] = [];
    const question: Question = { kind: 'shared-continuation', contexts: ['a', 'b'], continuation: ' yes', answer: 0 };
    const result = await run([question], ['acc'], (item) => seen.push(item));
    expect(result.metrics[0]).toMatchObject({ correct: 1, standardError: null });
    expect(seen[0]).toMatchObject({ docId: 0, answer: { predicted: 0, isCorrect: true } });
    expect(seen[0]!.requests.map(({ context }) => context)).toEqual(['a', 'b']);
  });

  it('records items that cannot be scored, with the reason, and leaves them out of the metrics', async () => {
    const question = (choices: readonly string[]): Question => ({
      kind: 'multiple-choice',
      context: 'c',
      choices,
      answer: 0,
    });
    const result = await run([question(['yes', 'no']), question(['yes', '#'])], ['acc']);
    expect(result).toMatchObject({ items: 1, skipped: [{ docId: 1, reason: 'continuation-too-long' }] });
    expect(result.metrics[0]).toMatchObject({ correct: 1, value: 1 });
    await expect(run([question(['#', '#'])], ['acc'])).rejects.toMatchObject({ code: 'evaluator/no-items' });
    await expect(run([], ['acc'])).rejects.toMatchObject({ code: 'evaluator/no-items' });
  });
});

/** One list model a point. */
function listSweep(lists: readonly Readonly<Record<string, number>>[]): SweepModel {
  const models = lists.map(listModel);
  return {
    ...models[0]!,
    values: lists.map((_, point) => point),
    async *score(groups) {
      for await (const group of groups) {
        const points = models.map((model) => Array.fromAsync(model.score([group])));
        yield (await Promise.all(points)).map(([results]) => results!);
      }
    },
  };
}

describe('sweepTask', () => {
  it('gives at every point what the model gives there, and reads the questions once', async () => {
    const lists = [
      { yes: -2, no: -3, maybe: -4 },
      { yes: -9, no: -3, maybe: -4 },
      { yes: -9, no: -8, maybe: -4 },
    ];
    const asked = [0, 1, 2].map((answer): Question => ({
      kind: 'multiple-choice',
      context: 'c',
      choices: ['yes', 'no', 'maybe'],
      answer,
    }));
    let read = 0;
    function* questions() {
      for (const [docId, question] of [...asked, asked[0]!].entries()) {
        read++;
        yield { docId, question };
      }
    }
    const settings = { task: { name: 'toy', version: 3, metrics: ['acc', 'acc_norm'] as const } };
    const seen: [number, number][] = [];
    const results = await sweepTask({
      ...settings,
      questions: encoded(questions),
      model: listSweep(lists),
      onItem: ({ docId }, point) => seen.push([docId, point]),
    });
    expect(read).toBe(4);
    for (const [point, list] of lists.entries()) {
      expect(results[point]).toEqual(
        await evaluateTask({ ...settings, questions: encoded(questions), model: listModel(list) }),
      );
    }
    expect(results.map(({ metrics }) => metrics[0]!.correct)).toEqual([2, 1, 1]);
    expect(seen).toEqual([0, 1, 2, 3].flatMap((docId) => [0, 1, 2].map((point) => [docId, point])));
  });
});
