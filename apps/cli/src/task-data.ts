/** The data of a task, checked to its last row before anything is computed. */
import { basename } from 'node:path';
import { findDataset, type FileForm, identifyFile } from '@linchpin/datasets';
import type { Task } from '@linchpin/plugin-api';
import { type LoadedQuestion, loadQuestions } from '@linchpin/tasks';

export interface TaskData {
  readonly task: Task;
  /** The file's name, and in what way its rows are not those of the hub. */
  readonly dataset: string;
  readonly sha256: string;
  /** Items that will be asked. */
  readonly items: number;
  /** What should be known of numbers that are made with the data. */
  readonly notes: readonly string[];
  questions(): AsyncIterable<LoadedQuestion>;
}

export interface TaskDataOptions {
  /** Folder of the data files. */
  readonly folder: string;
  readonly limit?: number | undefined;
}

const meanings: Readonly<Record<Exclude<FileForm, 'hub'>, string>> = {
  sample: 'a sample: other rows than those of the published split',
  processed: "processed already: its prompts differ a little from those of the hub's rows",
};

/** Throws an error with file and line for the first row that cannot be used. */
export async function openTaskData(task: Task, { folder, limit }: TaskDataOptions): Promise<TaskData> {
  const { file, form } = findDataset(folder, task.dataset);
  const questions = (): AsyncIterable<LoadedQuestion> => loadQuestions(task, folder, { limit });
  const forms = new Set<string>(form === 'hub' ? [] : [form]);
  let items = 0;
  for await (const { variant } of questions()) {
    items++;
    if (variant !== undefined) forms.add(variant);
  }
  const name = basename(file);
  return {
    task,
    dataset: forms.size === 0 ? name : `${name} (${[...forms].join(', ')})`,
    sha256: (await identifyFile(file)).sha256,
    items,
    notes: [...forms].map((each) => `${task.name}: ${name} is ${meaningOf(each)}.`),
    questions,
  };
}

function meaningOf(form: string): string {
  return form === 'sample' || form === 'processed' ? meanings[form] : `of the form ${form}`;
}
