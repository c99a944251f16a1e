/** The data of a task, checked to its last row before anything is computed. */
import { basename } from 'node:path';
import { dataNotes, type DataSource, type FileForm, type FoundDataset, identifyFile } from '@linchpin/datasets';
import { EncodedQuestions, type Encoding, textPairs } from '@linchpin/evaluator';
import type { Question, Task } from '@linchpin/plugin-api';
import { type AskedFacts, type Asking, type LoadedQuestion, openQuestions } from '@linchpin/tasks';

export interface TaskData {
  readonly task: Task;
  /** The file's name, and in what way its rows are not those of the hub. */
  readonly dataset: string;
  /** Repository and commit, for data of the hub. */
  readonly revision: string | undefined;
  /** Of the rows, however the file writes them. */
  readonly sha256: string;
  /** Items that will be asked. */
  readonly items: number;
  /** Characters that a model is run on, what requests share counted once: what the task costs beside others. */
  readonly characters: number;
  /** What should be known of numbers that are made with the data. */
  readonly notes: readonly string[];
  /** What rows say of its prompts and of what was drawn. */
  readonly facts: AskedFacts;
  questions(): AsyncIterable<LoadedQuestion>;
  /** The same as requests; asked again with the same tokenizer and rule, it gives what it gave. */
  encoded(encoding: Encoding): EncodedQuestions;
}

export interface TaskDataOptions extends Asking {
  readonly data: DataSource;
  /** Whether the questions will be asked several times: then their requests are kept, else memory does not grow with them. */
  readonly keepsRequests?: boolean;
}

const meanings: Readonly<Record<Exclude<FileForm, 'hub'>, string>> = {
  sample: 'a sample: other rows than those of the published split',
  processed: "processed already: its prompts differ a little from those of the hub's rows",
};

/** Throws an error with file and line for the first row that cannot be used. */
export async function openTaskData(task: Task, options: TaskDataOptions): Promise<TaskData> {
  const { data, keepsRequests = false, ...asking } = options;
  const { found, facts, notes, questions } = await openQuestions(task, data, asking);
  const { file, form } = found;
  const { tokenization } = task;
  const forms = new Set<string>(form === 'hub' ? [] : [form]);
  let [items, characters] = [0, 0];
  for await (const { question, variant } of questions()) {
    items++;
    characters += charactersOf(question);
    if (variant !== undefined) forms.add(variant);
  }
  const name = fileName(found);
  const identity = await identifyFile(file);
  return {
    task,
    dataset: forms.size === 0 ? name : `${name} (${[...forms].join(', ')})`,
    revision: revisionOf(found),
    sha256: identity.sha256,
    items,
    characters,
    notes: [
      ...[...forms].map((each) => `${task.name}: ${name} is ${meaningOf(each)}.`),
      ...dataNotes(found, name, identity),
      ...notes,
    ],
    facts,
    questions,
    encoded: keepsRequests
      ? remembering((encoding) => new EncodedQuestions(questions, { ...encoding, tokenization }))
      : (encoding) => new EncodedQuestions(questions, { ...encoding, tokenization }, 0),
  };
}

/** As a row names it: what the hub calls `test-00000-of-00001.parquet` is told apart by its folder. */
export function fileName({ file, origin }: FoundDataset): string {
  return origin?.path ?? basename(file);
}

/** `allenai/ai2_arc@<commit>`; undefined for a file of a folder. */
export function revisionOf({ origin }: FoundDataset): string | undefined {
  return origin === undefined ? undefined : `${origin.repository}@${origin.revision}`;
}

function charactersOf(question: Question): number {
  const pairs = textPairs(question);
  const contexts = new Set(pairs.map(({ context }) => context));
  const texts = [...contexts, ...pairs.map(({ continuation }) => continuation)];
  return texts.reduce((sum, { length }) => sum + length, 0);
}

/** The last result, as long as the argument is the same. */
function remembering(make: (encoding: Encoding) => EncodedQuestions): TaskData['encoded'] {
  let last: { readonly encoding: Encoding; readonly questions: EncodedQuestions } | undefined;
  return ({ tokenizer, bos, contextLength }) => {
    const isSame = last?.encoding.tokenizer === tokenizer && last.encoding.bos === bos;
    if (last === undefined || !isSame || last.encoding.contextLength !== contextLength) {
      const encoding = { tokenizer, bos, contextLength };
      last = { encoding, questions: make(encoding) };
    }
    return last.questions;
  };
}

function meaningOf(form: string): string {
  return form === 'sample' || form === 'processed' ? meanings[form] : `of the form ${form}`;
}

/** Whether the answers of a task are written, and not scored. */
export function isWritten({ task }: Pick<TaskData, 'task'>): boolean {
  return task.writing !== undefined;
}
