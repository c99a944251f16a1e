/**
 * The questions of a task from a file of its data set, in the order of the file: `docId` counts rows from 0, as
 * lm-evaluation-harness's `doc_id`, and a limit takes the first of them, as its `--limit`.
 */
import { type DataRow, findDataset, type FoundDataset, readRows, readTextRows } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import type { NumberedRow, Question, Task } from '@linchpin/plugin-api';
import { badNumber, badRowAt } from './errors.ts';
import { QuestionPrompts } from './prompts/question-prompts.ts';

/** One question and where it is from. */
export interface LoadedQuestion {
  /** Number of the row, from 0. */
  readonly docId: number;
  readonly question: Question;
  /** Line of the file, or row of the table, from 1. */
  readonly line: number;
  /** What sets the row apart from one of the hub (see `Task.variantOf`); absent where nothing does. */
  readonly variant?: string;
}

export interface LoadOptions {
  /** How many questions to read at most; all when absent. */
  readonly limit?: number | undefined;
  /** The rows that are asked, by their numbers; those of the limit when absent. */
  readonly only?: ReadonlySet<number> | undefined;
  /** What stands before the questions; the description of the task alone when absent. */
  readonly prompts?: QuestionPrompts | undefined;
}

/**
 * Reads the task's file as a stream, in a folder or where it was found; a bad row is an error that names file, line and
 * field.
 */
export function loadQuestions<Row>(
  task: Task<Row>,
  place: string | Pick<FoundDataset, 'file'>,
  { limit, only, prompts = new QuestionPrompts(task) }: LoadOptions = {},
): AsyncIterable<LoadedQuestion> {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1)) throw badNumber('limit', limit);
  const { file } = typeof place === 'string' ? findDataset(place, task.dataset) : place;
  return questionsOf(task, file, { limit: limit ?? Infinity, only, prompts });
}

/** The rows of a task, one an item. */
export function rowsOf({ gather }: Pick<Task, 'gather'>, file: string): AsyncIterable<NumberedRow> {
  return gather === undefined ? readRows(file) : gather(readTextRows(file));
}

interface Reading {
  readonly limit: number;
  readonly only: ReadonlySet<number> | undefined;
  readonly prompts: QuestionPrompts;
}

async function* questionsOf<Row>(
  task: Task<Row>,
  file: string,
  { limit, only, prompts }: Reading,
): AsyncGenerator<LoadedQuestion> {
  const prompted = prompts.begin();
  let docId = -1;
  let asked = 0;
  for await (const { line, value } of rowsOf(task, file)) {
    docId++;
    if (only?.has(docId) === false) continue;
    const row = parseRowAt(task, value, { file, line });
    const variant = task.variantOf?.(row);
    const question = prompted(task.toQuestion(row), value);
    yield { docId, question, line, ...(variant === undefined ? {} : { variant }) };
    if (++asked === limit || asked === only?.size) return;
  }
}

/** A row of a task; an error names its place. */
export function parseRowAt<Row>(
  task: Pick<Task<Row>, 'parseRow'>,
  value: DataRow['value'],
  place: { readonly file: string; readonly line: number },
): Row {
  try {
    return task.parseRow(value);
  } catch (error) {
    throw isLinchpinError(error) ? badRowAt(place, error.problem, error) : error;
  }
}
