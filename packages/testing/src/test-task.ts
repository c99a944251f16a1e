/** The conformance suite of zero-shot tasks: what every task promises, whatever it asks. */
import type { Json, MetricName, Question, Task } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';

/** A row that a task must refuse. */
export interface BadRow {
  /** The field with which the error's subject has to end, for example `choices.label`. */
  readonly field: string;
  readonly row: Json;
}

/** Metrics that questions of a kind can be reduced to. */
const metricsOf: Readonly<Record<Question['kind'], readonly MetricName[]>> = {
  'multiple-choice': ['acc', 'acc_norm'],
  'weighed-choices': ['acc'],
  'shared-continuation': ['acc'],
  'last-word': ['acc', 'perplexity'],
  'any-of': ['acc'],
  'whole-text': ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  written: ['exact_match', 'exact_match_strict', 'exact_match_flexible'],
};

/** Registers the suite; needs at least one good row and one bad one. */
export function testTask<Row>(task: Task<Row>, goodRows: readonly Json[], badRows: readonly BadRow[]): void {
  describe(`${task.name} as a task`, () => {
    it('has a name in snake_case, a version, a data set and a chance', () => {
      expect(task.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(task.dataset).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(task.version).toSatisfy((version: number) => Number.isInteger(version) && version >= 1);
      expect(task.chance).toSatisfy((chance: number) => chance >= 0 && chance < 1);
    });

    it('draws examples from a data set that has a name, and has names for tags', () => {
      const { fewshot, tags = [] } = task;
      if (fewshot !== undefined) expect(fewshot.dataset).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      if (fewshot?.published !== undefined) expect(fewshot.published).toSatisfy(Number.isInteger);
      expect(tags.filter((tag) => !/^[a-z][a-z0-9_-]*$/.test(tag))).toEqual([]);
    });

    it('has metrics that its kind of question allows, each once', () => {
      expect(task.metrics).not.toEqual([]);
      expect(metricsOf[task.kind]).toEqual(expect.arrayContaining([...task.metrics]));
      expect(new Set(task.metrics).size).toBe(task.metrics.length);
    });

    it('says how answers are written where they are, once a metric', () => {
      const { writing, kind, metrics } = task;
      expect(writing !== undefined).toBe(kind === 'written');
      if (writing === undefined) return;
      expect(writing.judges).toHaveLength(metrics.length);
      expect(writing.maxTokens).toBeGreaterThan(0);
      expect(writing.until.filter((text) => text === '')).toEqual([]);
    });

    it('is given rows to be tested with', () => {
      expect(goodRows).not.toEqual([]);
      expect(badRows).not.toEqual([]);
    });

    it.each(goodRows.map((row) => ({ row })))('makes a well-formed question of $row', ({ row }) => {
      const question = task.toQuestion(task.parseRow(row));
      expect(question.kind).toBe(task.kind);
      expect(faultsOf(question)).toEqual([]);
    });

    it.each(goodRows.map((row) => ({ row })))('makes the same question again and leaves alone $row', ({ row }) => {
      const copy = structuredClone(row);
      const parsed = task.parseRow(row);
      const question = task.toQuestion(parsed);
      expect(task.toQuestion(parsed)).toEqual(question);
      expect(task.toQuestion(task.parseRow(copy))).toEqual(question);
      expect(row).toEqual(copy);
    });

    it.each(badRows)('names the field $field when it refuses $row', ({ field, row }) => {
      const literal = field.replaceAll(/\W/g, String.raw`\$&`);
      expect(() => task.parseRow(row)).toThrow(errorAbout(new RegExp(`^${task.name}\\b.* ${literal}$`)));
    });

    it.each([null, 'text', 1, [[]], {}].map((row) => ({ row })))('refuses $row', ({ row }) => {
      expect(() => task.parseRow(row)).toThrow(errorAbout(new RegExp(`^${task.name}\\b`)));
    });
  });
}

/** What keeps a question from being scored, in words. */
function faultsOf(question: Question): string[] {
  switch (question.kind) {
    case 'multiple-choice':
      return faultsOfAnswer(question.answer, question.choices.length);
    case 'weighed-choices':
      return faultsOfTruths(question.isTrue, question.choices.length);
    case 'shared-continuation':
      return [
        ...faultsOfAnswer(question.answer, question.contexts.length),
        ...faultsOfContinuation(question.continuation),
      ];
    case 'last-word':
      return faultsOfContinuation(question.continuation);
    case 'any-of':
      return [
        ...(question.continuations.length === 0 ? ['no continuation'] : []),
        ...question.continuations.flatMap(faultsOfContinuation),
      ];
    case 'whole-text':
      return question.text !== '' && question.words > 0 && question.bytes > 0 ? [] : ['nothing to predict'];
    case 'written':
      return question.answers.length === 0 ? ['no answer'] : [];
  }
}

function faultsOfAnswer(answer: number, answers: number): string[] {
  const isWithin = Number.isInteger(answer) && answer >= 0 && answer < answers;
  return [...(answers < 2 ? [`${answers} answers`] : []), ...(isWithin ? [] : [`answer ${answer} of ${answers}`])];
}

function faultsOfTruths(isTrue: readonly boolean[], choices: number): string[] {
  return [
    ...(isTrue.length === choices ? [] : [`${isTrue.length} truths of ${choices} choices`]),
    ...(isTrue.includes(true) ? [] : ['no true choice']),
  ];
}

function faultsOfContinuation(continuation: string): string[] {
  return continuation.startsWith(' ') ? [] : [`no delimiter before "${continuation}"`];
}

/** Matches a LinchpinError by its subject. */
function errorAbout(subject: RegExp): unknown {
  return expect.objectContaining({
    code: expect.stringMatching(/^[a-z-]+\/[a-z-]+$/),
    problem: expect.objectContaining({ subject: expect.stringMatching(subject) }),
  });
}
