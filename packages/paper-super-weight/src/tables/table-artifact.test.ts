import type { ResultRow } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import type { OpenedModel } from '@linchpin/harness';
import { joinTables } from './join-tables.ts';
import type { MetricsTableParts } from './paper-table.ts';
import { tableArtifact } from './table-artifact.ts';

const table: MetricsTableParts = {
  number: 9,
  title: 'A table',
  columns: [
    { kind: 'accuracy', header: 'PIQA', task: 'piqa' },
    { kind: 'accuracy', header: 'SciQ', task: 'sciq' },
    { kind: 'average', header: 'AVG' },
    { kind: 'perplexity', header: 'C4', corpus: 'c4' },
    { kind: 'share', header: 'Share', of: 'C4', nothing: 'a', all: 'b', row: 'c' },
  ],
  rows: () => [],
  published: {},
  describe: (_, { name }) => `About ${name}.`,
};

function number(model: string, task: string, metric: string): ResultRow {
  return { model, label: 'Original', task, metric, value: 0.5, standardError: 0.02 } as ResultRow;
}

const perModel = [
  ['piqa', 'acc'],
  ['piqa', 'acc_norm'],
  ['sciq', 'acc'],
  ['c4', 'perplexity'],
  ['c4', 'kl_divergence'],
] as const;

function artifactOf(names: readonly string[]): ReturnType<typeof tableArtifact> {
  const models = names.map((name) => ({ name }) as OpenedModel);
  const row = {
    label: 'Original',
    values: [50, 50, 50, 0.5, null],
    published: [49, null, 48, 7, null],
    changedWeights: 0,
  };
  const tables = names.map(() => ({ rows: [row] }));
  const numbers = names.flatMap((name) => perModel.map(([task, metric]) => number(name, task, metric)));
  return tableArtifact({
    table,
    joined: joinTables(table, tables, models),
    result: { tables, numbers, notes: ['A note.'] },
    models,
    settings: {},
    caption: 'How.',
    shown: names.map((name) => `About ${name}.`),
  });
}

describe('tableArtifact', () => {
  it('gives every cell the numbers that it is made of', () => {
    const [row] = artifactOf(['a']).rows;
    expect(row?.cells.map(({ numbers }) => numbers)).toEqual([[0], [2], [0, 2], [3], []]);
  });

  it('keeps the numbers of several models apart', () => {
    const artifact = artifactOf(['a', 'b']);
    expect(artifact.columns.map(({ header }) => header)).toContain('b PIQA');
    expect(artifact.rows[0]?.cells.slice(5).map(({ numbers }) => numbers)).toEqual([[5], [7], [5, 7], [8], []]);
    expect(artifact).toMatchObject({ model: 'a, b', shows: 'About a. About b.' });
  });

  it('has errors in the unit of the column, and none of an average', () => {
    const cells = artifactOf(['a']).rows[0]?.cells;
    expect(cells?.map(({ standardError }) => standardError)).toEqual([2, 2, undefined, 0.02, undefined]);
    expect(cells?.map(({ published }) => published)).toEqual([49, undefined, 48, 7, undefined]);
  });
});
