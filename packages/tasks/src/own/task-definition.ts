/** Tasks of one's own: multiple choice over a file of rows. */
import type { FewshotSampler } from '@linchpin/plugin-api';

/** A row as its file has it. */
export type OwnRow = Readonly<Record<string, unknown>>;

/** A function of a row, or Jinja over its fields: `Question: {{question}}\nAnswer:`; a field's name alone is that field. */
export type OfRow<Row, Value> = string | ((row: Row) => Value);

export interface TaskDefinition<Row = OwnRow> {
  /** In snake_case, as `--tasks` asks for it. */
  readonly name: string;
  /** Raised whenever the same rows can give another number; 1 when absent. */
  readonly version?: number;
  /** JSON Lines or Parquet; a relative path is from the folder of the settings. */
  readonly file: string;
  readonly question: OfRow<Row, string>;
  /** The same for all rows, or of each. */
  readonly choices: readonly string[] | OfRow<Row, readonly string[]>;
  /** The right choice: its number from 0, or itself. */
  readonly answer: number | OfRow<Row, number | string>;
  /** What is counted; acc when absent. */
  readonly metrics?: readonly ('acc' | 'acc_norm')[];
  /** What stands before the examples and the question of every prompt. */
  readonly description?: string;
  /** Between question and choice; one space when absent. */
  readonly delimiter?: string;
  /** Where examples come from; without it the task has none. */
  readonly fewshot?: OwnExamples;
  readonly tags?: readonly string[];
}

export interface OwnExamples {
  /** Rows of the same form. */
  readonly file: string;
  /** At random for each question when absent. */
  readonly sampler?: FewshotSampler;
  /** Examples where no other number is asked for; none when absent. */
  readonly count?: number;
  /** Behind an example; an empty line when absent. */
  readonly delimiter?: string;
  /** Whether a question is never among its own examples; it never is when absent. */
  readonly leavesOutOwn?: boolean;
}
