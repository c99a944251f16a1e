import { describe, expect, it } from 'vitest';
import { renderTable } from './render-table.ts';

describe('renderTable', () => {
  it('aligns text at the left and columns of numbers at the right', () => {
    const columns = ['Task', 'Metric', 'Value', '±', 'Stderr'];
    const rows = [
      ['arc_easy', 'acc', '0.2504', '±', '0.0089'],
      ['wikitext2', 'perplexity', '31.1234', '±', 'N/A'],
    ];
    expect(renderTable({ columns, rows }).split('\n')).toEqual([
      '──────────────────────────────────────────',
      'Task       Metric        Value  ±  Stderr',
      '──────────────────────────────────────────',
      'arc_easy   acc          0.2504  ±  0.0089',
      'wikitext2  perplexity  31.1234  ±     N/A',
      '──────────────────────────────────────────',
    ]);
  });

  it('writes numbers with the decimals of their column', () => {
    const table = { columns: ['', { header: 'C4', decimals: 2 }], rows: [['Original', 7.0834]] };
    expect(renderTable(table).split('\n')[3]).toBe('Original  7.08');
  });

  it('writes no colour', () => {
    expect(renderTable({ columns: ['a', 'b'], rows: [['1', 'x']] })).not.toContain('\u001b');
  });

  it('shows the header of a table without rows', () => {
    expect(renderTable({ columns: ['a', 'b'], rows: [] })).toContain('a  b');
  });
});
