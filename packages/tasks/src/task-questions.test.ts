import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderSource } from '@linchpin/datasets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTask } from './select-tasks.ts';
import { type Asking, openQuestions } from './task-questions.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-tasks-'));
  await mkdir(join(folder, 'piqa'));
  const rows = (count: number, word: string): string =>
    Array.from({ length: count }, (_, index) =>
      JSON.stringify({ goal: `${word} ${index}`, sol1: 'a', sol2: 'b', label: 1 }),
    ).join('\n');
  await writeFile(join(folder, 'piqa/validation.jsonl'), rows(25, 'asked'));
  await writeFile(join(folder, 'piqa/train.jsonl'), rows(6, 'shown'));
});
afterAll(() => rm(folder, { recursive: true }));

async function open(asking: Asking, name = 'piqa') {
  const opened = await openQuestions(findTask(name), folderSource(folder), asking);
  const loaded = await Array.fromAsync(opened.questions());
  return { ...opened, loaded, ids: loaded.map(({ docId }) => docId) };
}

describe('openQuestions', () => {
  it('asks a number of rows from the beginning, or a share of them, rounded up', async () => {
    expect((await open({ limit: 3 })).ids).toEqual([0, 1, 2]);
    expect((await open({ limit: 0.1 })).ids).toEqual([0, 1, 2]);
    expect((await open({ limit: 30 })).ids).toHaveLength(25);
    for (const limit of [0, -1, 1.5, Number.NaN])
      await expect(open({ limit })).rejects.toMatchObject({ code: 'tasks/bad-limit' });
  });

  it('asks drawn rows in their order, the same ones for a seed', async () => {
    // Python: sorted(random.Random(1234).sample(range(20), 5))
    const drawn = await open({ sample: { count: 5, seed: 1234 }, limit: 20 });
    expect(drawn.ids).toEqual([0, 1, 2, 3, 14]);
    expect(drawn.facts).toEqual({ sampleSeed: 1234 });
    expect((await open({ sample: { count: 5, seed: 2 } })).ids).not.toEqual(drawn.ids);
    expect((await open({ sample: { count: 500, seed: 2 } })).ids).toHaveLength(25);
    for (const count of [0, -1, 1.5, Number.NaN])
      await expect(open({ sample: { count, seed: 1 } })).rejects.toMatchObject({ code: 'tasks/bad-sample' });
    for (const seed of [-1, 0.5])
      await expect(open({ sample: { count: 1, seed } })).rejects.toMatchObject({ code: 'tasks/bad-sample-seed' });
    await expect(open({ numFewshot: 1, fewshotSeed: -1 })).rejects.toMatchObject({ code: 'tasks/bad-fewshot-seed' });
  });

  it('says what its prompts are made of', async () => {
    const { facts, loaded } = await open({ numFewshot: 1, system: 'Think.', limit: 1 });
    expect(facts).toMatchObject({ numFewshot: 1, fewshotSampler: 'default', fewshotSeed: 1234, system: 'Think.' });
    expect(facts.fewshotSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(loaded[0]!.question).toMatchObject({
      context: expect.stringMatching(/^Think\.Question: shown \d\nAnswer: b\n\nQuestion: asked 0\nAnswer:$/),
    });
    const unused = await open({ numFewshot: 0, fewshotSeed: 3 });
    expect(unused.facts).toEqual({});
    expect(unused.notes).toEqual([expect.stringContaining('has no effect')]);
  });

  it('draws the same at every going through, and other examples from another seed', async () => {
    const opened = await openQuestions(findTask('piqa'), folderSource(folder), { numFewshot: 2, limit: 4 });
    expect(await Array.fromAsync(opened.questions())).toEqual(await Array.fromAsync(opened.questions()));
    expect((await open({ numFewshot: 2, limit: 4, fewshotSeed: 5 })).loaded).not.toEqual(
      await Array.fromAsync(opened.questions()),
    );
  });

  it('gives the turns to a chat template, and the text of the system only to one that takes it', async () => {
    const roles = {
      inWords: 'roles',
      render: (all: readonly { role: string }[]) => all.map(({ role }) => role).join(' '),
    };
    const taken = await open({ chat: roles, system: 'Think.', numFewshot: 1, limit: 1 });
    expect(taken.loaded[0]!.question).toMatchObject({ context: 'system user assistant user', delimiter: '' });
    expect(taken.facts).toMatchObject({ chatTemplate: 'roles', system: 'Think.' });
    const strict: typeof roles = {
      ...roles,
      render(all) {
        if (all.some(({ role }) => role === 'system')) throw new Error('System role not supported');
        return roles.render(all);
      },
    };
    const refused = await open({ chat: strict, system: 'Think.', limit: 1 });
    expect(refused.loaded[0]!.question).toMatchObject({ context: 'user' });
    expect(refused.notes).toEqual([expect.stringContaining('System role not supported')]);
  });

  it('asks a whole text as it stands, counted by its pages', async () => {
    await writeFile(join(folder, 'wikitext.test.txt'), ' = One = \n a\n = Two = \n b\n = Three = \n c\n');
    const chat = { inWords: 'any', render: () => 'never' };
    const { loaded, facts, notes } = await open({ limit: 0.5, system: 'Think.', chat, numFewshot: 2 }, 'wikitext');
    expect(loaded.map(({ line, question }) => [line, 'text' in question && question.text])).toEqual([
      [1, ' = One =\na'],
      [3, ' = Two =\nb'],
    ]);
    expect(facts).toEqual({});
    expect(notes).toEqual([expect.stringContaining('no examples'), expect.stringContaining('as it stands')]);
  });

  it('refuses numbers of examples that cannot be had', async () => {
    await expect(open({ numFewshot: 6 })).rejects.toMatchObject({ code: 'tasks/too-few-examples' });
    await expect(open({ numFewshot: 1.5 })).rejects.toMatchObject({ code: 'tasks/bad-num-fewshot' });
    await expect(open({ numFewshot: 'published' })).rejects.toMatchObject({ code: 'tasks/no-published-fewshot' });
  });

  it('names the data set that is absent', async () => {
    await rm(join(folder, 'piqa/train.jsonl'));
    await expect(open({ numFewshot: 1 })).rejects.toMatchObject({
      code: 'datasets/not-found',
      problem: { subject: 'data set piqa_train' },
    });
    await expect(open({}, 'mmlu_anatomy')).rejects.toMatchObject({ code: 'datasets/not-found' });
  });
});
