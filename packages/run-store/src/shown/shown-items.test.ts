import type { RecordedPart, ResultRow } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { choicesPart, environment } from '../../test/sample-run.ts';
import type { OpenedRun } from './open-run.ts';
import { chosenItems, flippedItems, type ShownItem } from './shown-items.ts';

function opened(id: string, parts: readonly RecordedPart[]): OpenedRun {
  const run = { id, command: [], status: 'finished', startedAt: '2026-01-01T00:00:00Z', environment } as const;
  return {
    run: { ...run, partCount: parts.length, itemCount: parts.reduce((sum, { items }) => sum + items.length, 0) },
    rows: () => parts.map(({ rows }) => rows),
    parts: (isWanted) => parts.filter(({ rows }) => isWanted(rows)),
    read: () => ({ ...run, parts }),
  };
}

/** Four items of which those of `wrong` are answered wrong. */
function partOf(wrong: readonly number[], facts: Partial<ResultRow> = {}): RecordedPart {
  const { rows, items } = choicesPart(4, facts);
  return { rows, items: items.map((item) => ({ ...item, isRight: !wrong.includes(item.docId) })) };
}

const names = (items: Iterable<ShownItem>): string[] =>
  [...items].map(({ label, task, item }) => `${label} ${task} ${item.docId}`);

const code = (name: string): unknown => expect.objectContaining({ code: `run-store/${name}` });

describe('the chosen items of a run', () => {
  const run = opened('a', [partOf([1]), partOf([0, 2], { label: 'Prune SW' }), partOf([], { task: 'sciq' })]);

  it('are those of a task, of a label, or that were answered wrong', () => {
    expect(names(chosenItems(run))).toHaveLength(12);
    expect(names(chosenItems(run, { task: 'sciq' }))).toEqual([0, 1, 2, 3].map((item) => `Original sciq ${item}`));
    expect(names(chosenItems(run, { wrong: true }))).toEqual(['Original piqa 1', 'Prune SW piqa 0', 'Prune SW piqa 2']);
    expect(names(chosenItems(run, { label: 'Original', wrong: true }))).toEqual(['Original piqa 1']);
  });

  it('are refused of a task or label that the run does not have', () => {
    expect(() => names(chosenItems(run, { task: 'piqo' }))).toThrow(code('not-in-run'));
    expect(() => names(chosenItems(run, { label: 'Other' }))).toThrow(code('not-in-run'));
    expect(() => names(chosenItems(opened('empty', []), { task: 'piqa' }))).toThrow(code('not-in-run'));
    const averaged = opened('b', [...run.parts(() => true), { ...choicesPart(4, { task: 'group' }), items: [] }]);
    expect(() => names(chosenItems(averaged, { task: 'group' }))).toThrow(code('no-items'));
    expect(names(chosenItems(averaged))).toHaveLength(12);
  });
});

describe('the flipped items of two runs', () => {
  const run = opened('a', [partOf([1, 2])]);

  it('are right in one of them only, and come with both answers', () => {
    const flipped = [...flippedItems({ run, other: opened('b', [partOf([2, 3])]) })];
    expect(flipped.map(({ item, other }) => [item.docId, item.isRight, other?.isRight])).toEqual([
      [1, false, true],
      [3, true, false],
    ]);
    expect(names(flippedItems({ run, other: opened('b', [partOf([2, 3])]) }, { wrong: true }))).toEqual([
      'Original piqa 1',
    ]);
  });

  it('are found under another label where the other run has the task once', () => {
    expect(names(flippedItems({ run, other: opened('b', [partOf([1], { label: 'x' })]) }))).toEqual([
      'Original piqa 2',
    ]);
  });

  it('are refused where no item is in both, or where it is not clear which', () => {
    const unclear = opened('b', [partOf([], { label: 'x' }), partOf([], { label: 'y' })]);
    const unrelated = opened('c', [partOf([], { task: 'sciq' })]);
    for (const other of [unclear, unrelated]) {
      expect(() => names(flippedItems({ run, other }))).toThrow(code('nothing-to-compare'));
    }
  });
});
