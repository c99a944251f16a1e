import { describe, expect, it } from 'vitest';
import { textCells } from './table.ts';

describe('textCells', () => {
  it('writes numbers with the decimals of their column, or so that they read back exactly', () => {
    const columns = ['row', { header: 'ARC-c', decimals: 2 }, 'exact'];
    expect(textCells({ columns, rows: [['Original', 41.8088, 0.1 + 0.2]] })).toEqual({
      headers: ['row', 'ARC-c', 'exact'],
      rows: [['Original', '41.81', '0.30000000000000004']],
    });
  });

  it('leaves null empty and text as it is', () => {
    expect(textCells({ columns: ['a', { header: 'b', decimals: 1 }], rows: [[null, '1.23']] }).rows).toEqual([
      ['', '1.23'],
    ]);
    expect(textCells({ columns: [{ header: 'a', decimals: 1 }], rows: [[Infinity]] }).rows).toEqual([['Infinity']]);
  });

  it('takes a row of another width as a bug of ours', () => {
    expect(() => textCells({ columns: ['a', 'b'], rows: [['1', '2'], ['1']] })).toThrow('internal: row 1');
  });
});
