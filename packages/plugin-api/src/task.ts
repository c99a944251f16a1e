import type { Json } from './json.ts';

/**
 * One item of a task, ready to be scored. A task makes it without examples and without what stands before all of its
 * questions; with both, its texts are exactly those of lm-evaluation-harness. A continuation carries its leading delimiter.
 */
export type Question =
  | MultipleChoice
  | WeighedChoices
  | SharedContinuation
  | LastWord
  | AnyOf
  | WholeText
  | WrittenAnswer;

/** One context, several answers: ARC, HellaSwag, PIQA, SciQ. */
export interface MultipleChoice {
  readonly kind: 'multiple-choice';
  readonly context: string;
  /** The answers without delimiter: `acc_norm` divides by their length in code points. */
  readonly choices: readonly string[];
  /** What stands between the context and a choice; one space when absent. */
  readonly delimiter?: string;
  /** Index of the right choice, from 0. */
  readonly answer: number;
}

/** One context, several answers of which some are true, judged by the share of the probability that these have: TruthfulQA's mc2. */
export interface WeighedChoices {
  readonly kind: 'weighed-choices';
  readonly context: string;
  readonly choices: readonly string[];
  readonly delimiter?: string;
  /** One a choice. */
  readonly isTrue: readonly boolean[];
}

/** Several contexts, one continuation after each: WinoGrande's partial scoring. */
export interface SharedContinuation {
  readonly kind: 'shared-continuation';
  readonly contexts: readonly string[];
  readonly continuation: string;
  readonly answer: number;
}

/** A word to be predicted greedily: LAMBADA. */
export interface LastWord {
  readonly kind: 'last-word';
  readonly context: string;
  readonly continuation: string;
}

/** Several ways of giving one answer, of which one has to be predicted greedily: open questions with aliases. */
export interface AnyOf {
  readonly kind: 'any-of';
  readonly context: string;
  readonly continuations: readonly string[];
}

/** A text of which every token is predicted once, by windows that do not overlap: lm-evaluation-harness's rolling log-likelihoods. */
export interface WholeText {
  readonly kind: 'whole-text';
  readonly text: string;
  /** What its perplexities are per; those of a text that was changed before are counted before the change. */
  readonly words: number;
  readonly bytes: number;
}

/** An answer that the model writes, greedily: what is taken out of it is compared with accepted ones. */
export interface WrittenAnswer {
  readonly kind: 'written';
  readonly context: string;
  /** What an example shows as its answer. */
  readonly target: string;
  /** One of these is right. */
  readonly answers: readonly string[];
}

export type MetricName =
  | 'acc'
  | 'acc_norm'
  | 'perplexity'
  | 'word_perplexity'
  | 'byte_perplexity'
  | 'bits_per_byte'
  | 'exact_match'
  | 'exact_match_strict'
  | 'exact_match_flexible';

/** How answers are written, and what is made of them. */
export interface WritingRule {
  /** Texts that end an answer, themselves cut off. */
  readonly until: readonly string[];
  /** Most tokens that are written. */
  readonly maxTokens: number;
  /** One a metric of the task, in their order: what a text is taken to say, and whether that is one of the answers. */
  readonly judges: readonly ((text: string, answers: readonly string[]) => WrittenJudgement)[];
}

export interface WrittenJudgement {
  readonly said: string;
  readonly isRight: boolean;
}

/** How examples are drawn: at random for each question, or the first ones for all. Names as in lm-evaluation-harness. */
export type FewshotSampler = 'default' | 'first_n';

/** Where the examples of few-shot prompts come from. */
export interface FewshotSource {
  /** Key of the data set manifest; its rows are those of the task. */
  readonly dataset: string;
  readonly sampler: FewshotSampler;
  /**
   * Whether a question is never among its own examples. lm-evaluation-harness sees to that where a task declares neither a test
   * split nor one for examples, and nowhere else.
   */
  readonly leavesOutOwn: boolean;
  /** How many examples stand before a question where no other number is asked for; none when absent. */
  readonly usual?: number;
  /** What stands behind an example; an empty line when absent. */
  readonly delimiter?: string;
  /** How many examples published results are made with; absent where no number is customary. */
  readonly published?: number;
}

/** A row of a file. */
export interface NumberedRow {
  /** Line of the file, or row of the table, from 1. */
  readonly line: number;
  readonly value: { readonly [field: string]: Json };
}

/** A benchmark: data and two small functions. */
export interface Task<Row = unknown> {
  readonly name: string;
  /** Raised whenever a number that the task gives can change. */
  readonly version: number;
  readonly kind: Question['kind'];
  /** Key of the data set manifest that says which files may hold the rows. */
  readonly dataset: string;
  /** Metrics in the order in which they are printed; the first is the paper's. */
  readonly metrics: readonly MetricName[];
  /** Accuracy of guessing, for reports. */
  readonly chance: number;
  /** What stands before the examples and the question of every prompt, its delimiter included. */
  readonly description?: string;
  /** Absent where a prompt takes no examples besides those that are part of it. */
  readonly fewshot?: FewshotSource;
  /**
   * `apart`: context and continuation are tokenized by themselves and without a BOS, as lm-evaluation-harness 0.2.0 did. Otherwise both
   * are tokenized together.
   */
  readonly tokenization?: 'apart';
  /** Of tasks whose questions are `written`, and of no others. */
  readonly writing?: WritingRule;
  /** Names under which several tasks are asked for at once. */
  readonly tags?: readonly string[];
  /**
   * Makes one row of several, as pages of lines; a text is rows `{ text }`, a line with its end each. Left out where every row is an
   * item.
   */
  gather?(rows: AsyncIterable<NumberedRow>): AsyncIterable<NumberedRow>;
  /** Checks one parsed JSON line; throws an error that says which field is wrong. */
  parseRow(row: Json): Row;
  toQuestion(row: Row): Question;
  /**
   * Names what sets a row apart from one of the hub, where questions made of it give other numbers; result rows say so.
   * Left out by tasks that know one form of rows.
   */
  variantOf?(row: Row): string | undefined;
}
