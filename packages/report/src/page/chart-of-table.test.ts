import { describe, expect, it } from 'vitest';
import { exampleTable } from '../../test/example-artifacts.ts';
import { chartOfTable } from './chart-of-table.ts';

describe('chartOfTable', () => {
  it('draws the columns of each unit together', () => {
    const panels = chartOfTable(exampleTable)?.panels;
    expect(panels?.map(({ x, y }) => [x.names, y.label])).toEqual([
      [['PIQA'], 'Accuracy (%)'],
      [['C4'], 'perplexity'],
    ]);
    expect(panels?.[0]?.series.map(({ points }) => points)).toEqual([[{ x: 0, y: 80.5 }], []]);
  });

  it('takes logarithms of what spans orders of magnitude', () => {
    const [first, second] = exampleTable.rows;
    const broken = { ...second!, cells: [second!.cells[0]!, { value: 1211, numbers: [] }] };
    expect(chartOfTable({ ...exampleTable, rows: [first!, broken] })?.panels.map(({ y }) => y.log)).toEqual([
      false,
      true,
    ]);
  });

  it('draws nothing where there is nothing to compare', () => {
    expect(chartOfTable({ ...exampleTable, rows: exampleTable.rows.slice(1) })).toBeUndefined();
    expect(chartOfTable({ ...exampleTable, columns: [{ header: 'a' }, { header: 'b' }] })).toBeUndefined();
  });
});
