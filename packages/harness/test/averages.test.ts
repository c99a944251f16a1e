/** Averages of groups: what is evaluated, what a matrix runs, and what the record of both has. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedPart, ResultRow } from '@linchpin/plugin-api';
import { allGroups, ownTask, tasksOf } from '@linchpin/tasks';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, expect, it } from 'vitest';
import { openHarness } from '../src/open-harness.ts';

const folder = temporaryFolder();
const group = 'mmlu_social_sciences';
const names = tasksOf(allGroups.find(({ name }) => name === group)!).map(({ name }) => name);
for (const [index, name] of names.entries()) {
  const place = join(folder, 'mmlu', name.slice('mmlu_'.length));
  mkdirSync(place, { recursive: true });
  const row = { question: 'The river', choices: ['a', 'b', 'c', 'd'], answer: index % 4 };
  writeFileSync(join(place, 'test.jsonl'), `${JSON.stringify(row)}\n`.repeat(2));
}

const harness = await openHarness({ threads: 1, datasets: folder, store: join(folder, 'store') });
afterAll(() => harness.close());

async function recorded(): Promise<readonly RecordedPart[]> {
  const id = await harness.endRun('finished');
  return (await harness.openStore())!.runs.read(id!).parts;
}

function expectAverage(rows: readonly ResultRow[]): void {
  const [average] = rows.filter(({ task }) => task === group);
  const members = rows.filter(({ task }) => names.includes(task));
  expect(members).toHaveLength(12);
  expect(average!.items).toBe(12);
  expect(average!.value).toBeCloseTo(members.reduce((sum, { value }) => sum + value, 0) / 12, 12);
}

it('stand in the record of what is evaluated, without items of their own', { timeout: 60_000 }, async () => {
  const { rows } = await harness.evaluate(await harness.open(), { tasks: [group], limit: 1 });
  expectAverage(rows);
  const parts = await recorded();
  expect(parts.flatMap((part) => part.rows)).toEqual(rows);
  expect(parts.map(({ items }) => items.length)).toEqual([...names.map(() => 1), 0]);
});

it('are made for every chain of a matrix', { timeout: 60_000 }, async () => {
  const chains = [
    { label: 'Original', interventions: [] },
    { label: 'pruned', interventions: ['prune-super-weight'] },
  ];
  const matrix = await harness.planMatrix({ models: ['mini'], chains, tasks: [group], corpora: [], limit: 1 });
  expect([...(await matrix.run())].join('\n')).not.toContain('no average');
  const rows = (await recorded()).flatMap((part) => part.rows);
  for (const { label } of chains) expectAverage(rows.filter((row) => row.label === label));
});

it('say which group has none, for a task of it lacks the metric', { timeout: 60_000 }, async () => {
  const place = join(folder, 'own.jsonl');
  writeFileSync(place, `${JSON.stringify({ question: 'The river', choices: ['a', 'b'], answer: 0 })}\n`);
  const definition = { name: names[0], file: place, question: 'question', choices: 'choices', answer: 'answer' };
  const own = ownTask({ ...definition, metrics: ['acc_norm'] }, folder);
  await using other = await openHarness({ threads: 1, datasets: folder, store: false, tasks: [own] });
  const { rows, notes } = await other.evaluate(await other.open(), {
    tasks: [group],
    sample: { count: 1, seed: 7 },
  });
  expect(rows.map(({ task }) => task)).toEqual(names);
  expect(notes).toContainEqual(expect.stringContaining(`${group}: no average`));
  expect(notes[0]).toContain(', 1 items of each, drawn with the seed 7.');
});
