import { describe, expect, it } from 'vitest';
import type { FinishedRow } from './paper-table.ts';
import { withShares } from './share-of-improvement.ts';
import { table3 } from './table-3-activation-quantization.ts';

const row = (label: string, wikitext: number, c4: number): FinishedRow => ({
  label,
  values: [wikitext, null, c4, null],
  published: undefined,
  changedWeights: 0,
});

function sharesOf(naive: [number, number], smoothed: [number, number], ours: [number, number]): (number | null)[] {
  const rows = [row('FP', 1, 1), row('Naive W8A8', ...naive), row('SmoothQuant', ...smoothed), row('Ours', ...ours)];
  const shared = withShares(table3.columns, rows);
  // All other rows, and the perplexities, stay as they are.
  expect(shared.slice(0, 3)).toEqual(rows.slice(0, 3));
  const { values } = shared[3]!;
  expect([values[0], values[2]]).toEqual(ours);
  return [values[1]!, values[3]!];
}

describe('withShares', () => {
  // The italics of arXiv 2411.07191, Table 3.
  const printed = Object.entries(table3.published);
  it.each(printed)('gives the percentages that the paper prints of %s', (_, rows) => {
    const at = (label: string): [number, number] => [rows[label]![0]!, rows[label]![2]!];
    const shares = sharesOf(at('Naive W8A8'), at('SmoothQuant'), at('Ours'));
    expect(shares.map((share) => Math.round(share!))).toEqual([rows['Ours']![1], rows['Ours']![3]]);
  });

  it('can be more than all, and less than nothing', () => {
    expect(sharesOf([2, 2], [1.5, 1.5], [1.25, 2.5])).toEqual([150, -100]);
  });

  it('is empty where SmoothQuant improves nothing', () => {
    expect(sharesOf([2, 2], [2, 3], [1, 1])).toEqual([null, null]);
  });
});
