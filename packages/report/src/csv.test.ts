import { describe, expect, it } from 'vitest';
import { tableToCsv } from './csv.ts';

describe('tableToCsv', () => {
  it('writes the columns and rows that it is given, and nothing else', () => {
    const columns = ['', { header: 'C4', decimals: 2 }];
    const rows = [
      ['Original', 7.0834],
      ['Prune SW', 763.6512],
    ];
    expect(tableToCsv({ columns, rows })).toBe(',C4\r\nOriginal,7.08\r\nPrune SW,763.65\r\n');
  });

  it.each([
    ['Prune SW, +SA', '"Prune SW, +SA"'],
    ['a "b"', '"a ""b"""'],
    ['a\nb', '"a\nb"'],
    ['a\rb', '"a\rb"'],
    [' a ', ' a '],
  ])('quotes %j where RFC 4180 asks for it', (cell, field) => {
    expect(tableToCsv({ columns: ['x'], rows: [[cell]] })).toBe(`x\r\n${field}\r\n`);
  });
});
