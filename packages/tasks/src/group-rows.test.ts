import type { ResultRow, Task } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { groupRows } from './group-rows.ts';
import type { TaskGroup } from './task-group.ts';

const task = (name: string): Task => ({ name }) as Task;
const inner: TaskGroup = {
  name: 'inner',
  version: 2,
  members: [task('b'), task('c')],
  metrics: [{ metric: 'acc', weighting: 'tasks' }],
};
const group: TaskGroup = {
  name: 'all',
  version: 3,
  members: [task('a'), inner],
  metrics: [{ metric: 'acc', weighting: 'items' }],
};

function row(name: string, correct: number, items: number): ResultRow {
  const value = correct / items;
  const standardError = Math.sqrt((value * (1 - value)) / (items - 1));
  const cost = { tokensAsked: 10, tokensComputed: 5, seconds: 1 };
  const shared = { label: 'Original', skipped: 0, datasetSha256: name, ...cost };
  return { ...shared, task: name, metric: 'acc', value, standardError, correct, items } as ResultRow;
}

const rows = [row('a', 3, 12), row('b', 3, 7), row('c', 5, 9)];

// Expected numbers are those of lm-evaluation-harness 0.4.13's functions in Python.
describe('groupRows', () => {
  it('weights by items, with the pooled error', () => {
    const [all] = groupRows([group], rows);
    expect(all).toMatchObject({ task: 'all', taskVersion: 3, metric: 'acc', items: 28, correct: 11, tokensAsked: 30 });
    expect(all!.value).toBeCloseTo(0.39285714285714285, 15);
    expect(all!.standardError).toBeCloseTo(0.09400993820190301, 15);
  });

  it('weights by tasks', () => {
    const [all] = groupRows([{ ...group, metrics: [{ metric: 'acc', weighting: 'tasks' }] }], rows);
    expect(all!.value).toBeCloseTo(0.4113756613756614, 15);
    expect(all!.standardError).toBeCloseTo(0.09928968761878937, 15);
    expect(all!.correct).toBeNull();
  });

  it('says what its tasks have in common, and of all else that it is mixed', () => {
    const examples = { numFewshot: 5, fewshotSampler: 'first_n', fewshotSha256: 'x', bos: 'never' };
    const alike = rows.map((each) => ({ ...each, ...examples }));
    const [first, second, third] = alike as [ResultRow, ResultRow, ResultRow];
    expect(groupRows([group], alike)[0]).toMatchObject({ numFewshot: 5, fewshotSampler: 'first_n', bos: 'never' });
    const drawn = { numFewshot: 3, fewshotSampler: 'default', fewshotSeed: 7 };
    expect(groupRows([group], [first, { ...second, ...drawn }, third])[0]).toMatchObject({
      label: 'Original',
      numFewshot: 'mixed',
      fewshotSampler: 'mixed',
      fewshotSeed: 'mixed',
      fewshotSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { numFewshot: _, fewshotSha256: __, ...without } = first;
    expect(groupRows([group], [without, second, third])[0]).toMatchObject({
      numFewshot: 'mixed',
      fewshotSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('has no number of a group of which a task has none', () => {
    expect(groupRows([group, inner], rows.slice(1)).map((each) => each.task)).toEqual(['inner']);
    expect(
      groupRows(
        [group],
        rows.map((each) => ({ ...each, standardError: null })),
      )[0]!.standardError,
    ).toBeNull();
  });
});
