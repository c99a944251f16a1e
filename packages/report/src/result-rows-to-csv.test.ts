import { describe, expect, it } from 'vitest';
import { exampleRow } from '../test/example-row.ts';
import { resultRowsToCsv } from './result-rows-to-csv.ts';

describe('resultRowsToCsv', () => {
  it('writes every field of a row once, by its own name', () => {
    const [header] = resultRowsToCsv([]).split('\r\n');
    expect(header?.split(',').toSorted()).toEqual(Object.keys(exampleRow).toSorted());
    expect(header).toMatch(/^model,label,task,metric,value,standardError,/);
  });

  it('writes a row in one line: text quoted where it must be, numbers exactly, interventions as JSON', () => {
    expect(resultRowsToCsv([exampleRow]).split('\r\n')[1]).toBe(
      'toy,"Prune SW, +SA",wikitext2,perplexity,0.30000000000000004,1e-7,5.67,5,2047,0,' +
        '"[{""name"":""prune-super-weight"",""version"":1,""settings"":{""weights"":[{""layer"":2,""row"":3,""column"":7}]}}]",' +
        'ab,1,wiki.test.raw,cd,first,2048,2048,1,0,float16,float32,toy 1,ef,2047,2048,1.5,cpu,2,once',
    );
  });

  it('leaves the field of a null empty and keeps values that are not finite', () => {
    const row = { ...exampleRow, standardError: null, published: null, value: Infinity, interventions: [] };
    expect(resultRowsToCsv([row]).split('\r\n')[1]).toContain('perplexity,Infinity,,,5,2047,0,[],ab');
  });
});
