import type { Json } from './json.ts';

/**
 * One item of a task, ready to be scored. Texts are exactly what lm-evaluation-harness builds at zero shots: a
 * continuation carries its leading delimiter.
 */
export type Question = MultipleChoice | SharedContinuation | LastWord;

/** One context, several answers: ARC, HellaSwag, PIQA, SciQ. */
export interface MultipleChoice {
  readonly kind: 'multiple-choice';
  readonly context: string;
  /** The answers without delimiter: `acc_norm` divides by their length in code points. */
  readonly choices: readonly string[];
  /** Index of the right choice, from 0. */
  readonly answer: number;
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

export type MetricName = 'acc' | 'acc_norm' | 'perplexity';

/** A zero-shot benchmark: data and two small functions. */
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
  /** Checks one parsed JSON line; throws an error that says which field is wrong. */
  parseRow(row: Json): Row;
  toQuestion(row: Row): Question;
  /**
   * Names what sets a row apart from one of the hub, where questions made of it give other numbers; result rows say so.
   * Left out by tasks that know one form of rows.
   */
  variantOf?(row: Row): string | undefined;
}
