import { describe, expect, it } from 'vitest';
import { joinTables } from './join-tables.ts';
import type { FinishedTable } from './paper-table.ts';

const columns = [{ kind: 'perplexity', header: 'Wiki-2', corpus: 'wikitext2' }] as const;
const models = [{ name: 'a' }, { name: 'b' }];

const table = (values: readonly number[], published?: readonly number[]): FinishedTable => ({
  rows: ['FP', 'Ours'].map((label, index) => ({
    label,
    values: [values[index]!],
    published: published && [published[index]!],
    changedWeights: index,
  })),
});

describe('joinTables', () => {
  it('leaves the table of one model as it is', () => {
    expect(joinTables({ columns }, [table([1, 2])], [models[0]!])).toEqual({ columns, rows: table([1, 2]).rows });
  });

  it('puts several models side by side', () => {
    const joined = joinTables({ columns }, [table([1, 2]), table([3, 4], [5, 6])], models);
    expect(joined.columns.map(({ header }) => header)).toEqual(['a Wiki-2', 'b Wiki-2']);
    expect(joined.rows).toEqual([
      { label: 'FP', values: [1, 3], published: [null, 5], changedWeights: 0 },
      { label: 'Ours', values: [2, 4], published: [null, 6], changedWeights: 2 },
    ]);
  });
});
