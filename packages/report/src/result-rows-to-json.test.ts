import { describe, expect, it } from 'vitest';
import { exampleRow } from '../test/example-row.ts';
import { resultRowsToJson } from './result-rows-to-json.ts';

describe('resultRowsToJson', () => {
  it('reads back as it was', () => {
    expect(JSON.parse(resultRowsToJson([exampleRow, { ...exampleRow, seed: null }]))).toEqual([
      exampleRow,
      { ...exampleRow, seed: null },
    ]);
  });

  it('writes what is not finite as a string', () => {
    const row = { ...exampleRow, value: Infinity, standardError: Number.NaN };
    expect(JSON.parse(resultRowsToJson([row]))).toEqual([{ ...row, value: 'Infinity', standardError: 'NaN' }]);
  });
});
