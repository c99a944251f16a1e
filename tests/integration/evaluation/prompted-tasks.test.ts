/** Tasks with examples, groups, tasks of one's own and samples through the harness, on the embedded model. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifest, mmluSubjects } from '@linchpin/datasets';
import type { JudgedItem } from '@linchpin/evaluator';
import { openHarness } from '@linchpin/harness';
import { allGroups, ownTask, tasksOf } from '@linchpin/tasks';
import { temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = temporaryFolder();
const datasets = join(folder, 'data');

function write(path: string, rows: readonly object[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Every other subject has two items, the rest one. */
beforeAll(() => {
  for (const [index, subject] of mmluSubjects.entries()) {
    const row = (number: number) => ({
      question: `What is ${number}?`,
      choices: ['one', 'two', 'three', 'four'],
      answer: (index + number) % 4,
    });
    write(join(datasets, manifest[`mmlu_${subject}`]!.files[0]!.path), [row(1), row(2)].slice(0, 1 + (index % 2)));
    write(join(datasets, manifest[`mmlu_${subject}_dev`]!.files[0]!.path), [1, 2, 3, 4, 5].map(row));
  }
  write(join(datasets, 'colours.jsonl'), [
    { thing: 'grass', colours: ['red', 'green'], right: 1 },
    { thing: 'blood', colours: ['red', 'green'], right: 0 },
    { thing: 'a leaf', colours: ['blue', 'green'], right: 1 },
  ]);
});

const colours = ownTask(
  {
    name: 'colours',
    file: 'colours.jsonl',
    question: 'The colour of {{thing}} is',
    choices: 'colours',
    answer: 'right',
    fewshot: { file: 'colours.jsonl' },
  },
  datasets,
);

describe('evaluate', () => {
  it('averages a group and the groups in it over the items of their tasks', { timeout: 60_000 }, async () => {
    await using harness = await openHarness({ datasets, store: false });
    const { rows } = await harness.evaluate(await harness.open('mini'), { tasks: ['mmlu'], numFewshot: 1 });
    expect(rows).toHaveLength(57 + 5);
    for (const group of allGroups) {
      const names = new Set(tasksOf(group).map(({ name }) => name));
      const members = rows.filter(({ task }) => names.has(task));
      const average = rows.find(({ task }) => task === group.name)!;
      const sum = (of: 'items' | 'correct'): number => members.reduce((total, row) => total + (row[of] ?? 0), 0);
      expect(average).toMatchObject({ items: sum('items'), correct: sum('correct'), numFewshot: 1 });
      expect(average.value).toBeCloseTo(sum('correct') / sum('items'), 12);
      expect(average.datasetRevision).toBeUndefined();
    }
    expect(rows[0]).toMatchObject({ numFewshot: 1, fewshotSampler: 'first_n', dataset: 'test.jsonl' });
    expect(rows[0]!.fewshotSeed).toBeUndefined();
  });

  it('asks own tasks behind examples by the number of each task, and remembers them apart', async () => {
    const contexts: string[] = [];
    const onItem = ({ requests }: JudgedItem): void => void contexts.push(requests[0]!.context);
    await using harness = await openHarness({ datasets, store: join(folder, 'store'), tasks: [colours] });
    const model = await harness.open('mini');
    const shown = { tasks: ['colours'], fewshot: { 'colou*': 1 }, onItem };
    const [first] = (await harness.evaluate(model, shown)).rows;
    expect(first).toMatchObject({ task: 'colours', items: 3, numFewshot: 1, fewshotSeed: 1234 });
    expect(contexts[0]).toMatch(/^The colour of (?:blood is red|a leaf is green)\n\nThe colour of grass is$/);
    const [plain] = (await harness.evaluate(model, { tasks: ['colours'], numFewshot: 0 })).rows;
    expect(plain!.numFewshot).toBeUndefined();
    expect(plain!.tokensComputed).toBeGreaterThan(0);
    expect(plain!.tokensAsked).toBeLessThan(first!.tokensAsked);
    const [again] = (await harness.evaluate(model, shown)).rows;
    const { seconds: _, ...numbers } = first!;
    expect(again).toMatchObject(numbers);
  });

  it('asks a sample, and says from which seed', async () => {
    const ids: number[] = [];
    await using harness = await openHarness({ datasets, store: false, tasks: [colours] });
    const sample = { count: 2, seed: 5 };
    const onItem = ({ docId }: JudgedItem): void => void ids.push(docId);
    const model = await harness.open('mini');
    const { rows } = await harness.evaluate(model, { tasks: ['colours'], sample, onItem });
    // Python: sorted(random.Random(5).sample(range(3), 2))
    expect(ids).toEqual([1, 2]);
    expect(rows[0]).toMatchObject({ items: 2, sampleSeed: 5 });
  });

  it('refuses a chat of a model that has no template, and what is no number of examples', async () => {
    await using harness = await openHarness({ datasets, store: false, tasks: [colours] });
    const model = await harness.open('mini');
    const tasks = ['colours'];
    await expect(harness.evaluate(model, { tasks, chatTemplate: true })).rejects.toMatchObject({
      code: 'models/chat-template-absent',
    });
    await expect(harness.evaluate(model, { tasks, fewshot: { colours: -1 } })).rejects.toMatchObject({
      code: 'tasks/bad-num-fewshot',
    });
    await expect(harness.evaluate(model, { tasks, fewshot: { colors: 1 } })).rejects.toMatchObject({
      code: 'tasks/unknown-task',
    });
  });
});
