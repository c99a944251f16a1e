/** Task files of lm-evaluation-harness give the requests and answers that it builds of them itself (golden/prompts.py, own/). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderSource } from '@linchpin/datasets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lmEvalTask } from '../src/own/lm-eval-task.ts';
import { type OwnTask, ownTask, withOwnData } from '../src/own/own-task.ts';
import type { TaskDefinition } from '../src/own/task-definition.ts';
import { type Asking, openQuestions } from '../src/task-questions.ts';
import { pairsOf } from './pairs-of.ts';

const folder = fileURLToPath(new URL('../golden/own', import.meta.url));

interface Case {
  readonly task: string;
  readonly count: number | null;
  readonly sha256: string;
  readonly gold: readonly number[];
  readonly example?: { readonly context: string; readonly continuation: string };
}

const { own: cases } = JSON.parse(readFileSync(new URL('../golden/prompts.json', import.meta.url), 'utf8')) as {
  readonly own: readonly Case[];
};

async function questionsOf(own: OwnTask, asking: Asking = {}) {
  const opened = await openQuestions(own.task, withOwnData(folderSource('nowhere'), [own]), asking);
  return { facts: opened.facts, loaded: await Array.fromAsync(opened.questions()) };
}

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'linchpin-own-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function written(text: string, name = 'task.yaml'): Promise<string> {
  await writeFile(join(scratch, name), text);
  return name;
}

describe('lmEvalTask', () => {
  it.each(cases.map((each) => [`${each.task}, ${each.count ?? 'its own number'}`, each] as const))(
    '%s',
    async (_, { task, count, sha256, gold, example }) => {
      const own = await lmEvalTask({ yaml: `${task}.yaml` }, folder);
      const { loaded } = await questionsOf(own, count === null ? {} : { numFewshot: count });
      const pairs = loaded.flatMap(({ docId, question }) => pairsOf(question).map((pair) => ({ doc: docId, ...pair })));
      if (example !== undefined) expect(pairs[pairs.length >> 1]).toEqual(example);
      const text = pairs.map(({ doc, context, continuation }) => `${doc}\n${context}\0${continuation}\0`).join('');
      expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
      expect(loaded.map(({ question }) => ('answer' in question ? question.answer : undefined))).toEqual(gold);
    },
  );

  it('takes name, version, tags and metrics from the file', async () => {
    const { task, files } = await lmEvalTask({ yaml: 'capitals.yaml' }, folder);
    expect(task).toMatchObject({ name: 'own_capitals', version: 2, tags: ['geography'], metrics: ['acc', 'acc_norm'] });
    expect([...files.keys()]).toEqual(['own_capitals_validation', 'own_capitals_train']);
  });

  it('reads a data set of the project by its path', async () => {
    const yaml = await written(`
task: own_piqa
dataset_path: baber/piqa
training_split: train
validation_split: validation
output_type: multiple_choice
doc_to_text: "{{goal}}"
doc_to_choice: "{{[sol1, sol2]}}"
doc_to_target: label
`);
    const { task } = await lmEvalTask({ yaml }, scratch);
    expect(task).toMatchObject({ dataset: 'piqa', fewshot: { dataset: 'piqa_train', leavesOutOwn: true } });
  });

  const minimal = 'task: t\noutput_type: multiple_choice\ndoc_to_text: a\ndoc_to_choice: b\ndoc_to_target: c\n';
  it.each([
    ['process_docs', `${minimal}process_docs: !function utils.process\n`],
    ['doc_to_text', minimal.replace('doc_to_text: a', 'doc_to_text: !function utils.text')],
    ['output_type', minimal.replace('multiple_choice', 'generate_until')],
    ['metric_list.0.metric', `${minimal}metric_list: [{metric: f1}]\n`],
    ['filter_list', `${minimal}filter_list: [{name: x}]\n`],
    ['description', `${minimal}test_split: test\ndescription: "About {{subject}}"\n`],
    ['metric_list.0.ignore_case', `${minimal}metric_list: [{metric: acc, ignore_case: true}]\n`],
    ['metadata.version', `${minimal}metadata: {version: first}\n`],
    ['num_fewshot', `${minimal}num_fewshot: -1\n`],
    ['test_split', minimal],
  ])('refuses %s by its name', async (part, text) => {
    await expect(lmEvalTask({ yaml: await written(text) }, scratch)).rejects.toMatchObject({
      code: 'tasks/unsupported-task-part',
      problem: { subject: `${join(scratch, 'task.yaml')}: ${part}` },
    });
  });

  const asking = `${minimal}validation_split: validation\ntraining_split: train\n`;
  it('refuses splits whose rows lie nowhere, and files for splits that there are not', async () => {
    const yaml = await written(`${asking}num_fewshot: 5\n`);
    const rows = (files: Record<string, string>) => lmEvalTask({ yaml, files }, scratch);
    await expect(rows({})).rejects.toMatchObject({
      code: 'tasks/no-file-of-split',
      problem: { subject: `${join(scratch, yaml)}: dataset_path` },
    });
    await expect(rows({ validation: 'rows.jsonl' })).rejects.toMatchObject({
      code: 'tasks/no-file-of-split',
      problem: { subject: `${join(scratch, yaml)}: num_fewshot`, found: expect.stringContaining('train') },
    });
    await expect(rows({ validation: 'rows.jsonl', test: 'rows.jsonl' })).rejects.toMatchObject({
      code: 'tasks/unknown-split',
      problem: { expected: 'one of validation, train' },
    });
    expect((await rows({ validation: 'rows.jsonl', train: 'more.jsonl' })).task.fewshot).toMatchObject({ usual: 5 });
  });

  it.each([
    ['metadata: {version: 1.5}\n', 1.5],
    ['metadata: {version: "0"}\n', 0],
    ['', 1],
  ])('takes the version as it stands there: %j', async (metadata, version) => {
    const yaml = await written(asking + metadata);
    expect((await lmEvalTask({ yaml, files: { validation: 'rows.jsonl' } }, scratch)).task).toMatchObject({ version });
  });

  it('refuses files that include each other', async () => {
    await written('include: b.yaml\n', 'a.yaml');
    await written('include: a.yaml\n', 'b.yaml');
    const files = ['a.yaml', 'b.yaml', 'a.yaml'].map((name) => join(scratch, name)).join(' → ');
    await expect(lmEvalTask({ yaml: await written('include: a.yaml\n', 'outer.yaml') }, scratch)).rejects.toMatchObject(
      {
        code: 'tasks/circular-include',
        problem: { found: `a circle, ${files}` },
      },
    );
  });

  it('refuses what is no task file', async () => {
    const refused = { code: 'tasks/unreadable-task-file' };
    await expect(lmEvalTask({ yaml: 'absent.yaml' }, scratch)).rejects.toMatchObject(refused);
    await expect(lmEvalTask({ yaml: await written('a: [') }, scratch)).rejects.toMatchObject(refused);
    await expect(lmEvalTask({ yaml: await written('- a') }, scratch)).rejects.toMatchObject(refused);
  });
});

describe('ownTask', () => {
  const definition: TaskDefinition = {
    name: 'own_capitals',
    file: 'capitals.jsonl',
    question: (row) => `Question: ${String(row['question']).trim()}\nAnswer:`,
    choices: '{{[first] + others}}',
    answer: 'answer',
    fewshot: { file: 'capitals.train.jsonl', count: 1 },
  };

  it('takes functions, templates and names of fields', async () => {
    const { loaded, facts } = await questionsOf(ownTask(definition, folder), { limit: 1 });
    expect(facts).toMatchObject({ numFewshot: 1, fewshotSampler: 'default' });
    expect(loaded[0]!.question).toMatchObject({
      context: expect.stringMatching(
        /^Question: [^]+\nAnswer: \S+\n\nQuestion: What is the capital  of France\?\nAnswer:$/,
      ),
      choices: expect.arrayContaining(['Paris']),
    });
    expect((await questionsOf(ownTask(definition, folder), { numFewshot: 0 })).facts).toEqual({});
  });

  it.each([
    [{ choices: ['A', 'B', 'C'], answer: 'letter' }, [2, 0, 1, 0, 1, 1]],
    [
      { choices: ['A', 'B', 'C'], answer: (row: Record<string, unknown>) => 'ABC'.indexOf(String(row['letter'])) },
      [2, 0, 1, 0, 1, 1],
    ],
    [{ choices: ['A', 'B', 'C'], answer: "{{ 'ABC'.index(letter) if false else 0 }}" }, [0, 0, 0, 0, 0, 0]],
    [{ choices: ['A', 'B', 'C'], answer: 1 }, [1, 1, 1, 1, 1, 1]],
  ])('finds the answer of %j', async (parts, answers) => {
    const { loaded } = await questionsOf(ownTask({ ...definition, ...parts }, folder), { numFewshot: 0 });
    expect(loaded.map(({ question }) => 'answer' in question && question.answer)).toEqual(answers);
  });

  it.each([
    ['question', { question: '{{missing}}' }, 'missing'],
    ['question', { question: '{{others}}' }, 'others'],
    ['choices', { choices: 'first' }, 'choices'],
    ['answer', { answer: '{{7}}' }, 'answer'],
    ['answer', { answer: '{{others.index(hint)}}' }, 'answer'],
  ])('names row and field of a %s that cannot be made: %j', async (_, parts, field) => {
    await expect(questionsOf(ownTask({ ...definition, ...parts }, folder))).rejects.toMatchObject({
      code: 'tasks/bad-row',
      problem: {
        subject: expect.stringMatching(new RegExp(`capitals(\\.train)?\\.jsonl:1: own_capitals, field ${field}$`)),
      },
    });
  });

  it('names the row for which a function throws', async () => {
    const answer = (row: Record<string, unknown>): number => (row['absent'] as string[]).indexOf('a');
    await expect(questionsOf(ownTask({ ...definition, answer }, folder), { numFewshot: 0 })).rejects.toMatchObject({
      code: 'tasks/failing-function',
      problem: { subject: expect.stringMatching(/capitals\.jsonl:1: own_capitals, answer$/) },
    });
  });

  it('refuses a definition or a template that is none', () => {
    const refused =
      (parts: object): unknown =>
      () =>
        ownTask({ ...definition, ...parts }, folder);
    const definitionProblem = (problem: object) =>
      expect.objectContaining({ code: 'tasks/bad-definition', problem: expect.objectContaining(problem) });
    expect(refused({ name: 'Not a name' })).toThrow(definitionProblem({ found: '"Not a name"' }));
    expect(refused({ colour: 'red' })).toThrow(
      definitionProblem({ subject: 'task own_capitals, colour', found: '"red"', expected: 'nothing of this name' }),
    );
    expect(refused({ file: undefined })).toThrow(definitionProblem({ found: 'nothing', expected: 'a text' }));
    expect(refused({ choices: 7 })).toThrow(definitionProblem({ expected: 'a list, or a text, or a function' }));
    expect(refused({ choices: ['one'] })).toThrow(
      definitionProblem({ found: '["one"]', expected: 'a list of 2 or more' }),
    );
    expect(refused({ question: '{{ open' })).toThrow(expect.objectContaining({ code: 'tasks/bad-template' }));
  });
});
