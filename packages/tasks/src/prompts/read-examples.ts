/** The rows that examples are drawn from, read to the last one. */
import { ContentDigest, type DataSource, readRows } from '@linchpin/datasets';
import { internalError } from '@linchpin/errors';
import type { Task } from '@linchpin/plugin-api';
import { parseRowAt } from '../load-questions.ts';
import { type Example, ExamplePool, rowKey } from './example-pool.ts';
import { exampleTurns } from './turns.ts';

export interface ReadExamples {
  readonly pool: ExamplePool;
  /** sha256 of the rows, however their file writes them. */
  readonly sha256: string;
}

/** Throws an error with file and line for the first row that cannot be used. */
export async function readExamples(task: Task, source: DataSource): Promise<ReadExamples> {
  if (task.fewshot === undefined) throw internalError(`${task.name} has no examples`);
  const { dataset, sampler, leavesOutOwn, delimiter } = task.fewshot;
  const { file } = await source.find(dataset);
  const digest = new ContentDigest();
  const examples: Example[] = [];
  for await (const { line, value } of readRows(file)) {
    const question = task.toQuestion(parseRowAt(task, value, { file, line }));
    examples.push({ turns: exampleTurns(question, delimiter), key: leavesOutOwn ? rowKey(value) : undefined });
    digest.add(value);
  }
  return { pool: new ExamplePool(examples, { sampler, leavesOutOwn }), sha256: digest.finish() };
}
