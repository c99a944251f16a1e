import { describe, expect, it } from 'vitest';
import { exampleDirectory, exampleFigure, exampleGeneration, exampleTable } from '../test/example-artifacts.ts';
import { artifactToJson, parseArtifact } from './artifact-file.ts';

describe('parseArtifact', () => {
  it.each([exampleTable, exampleFigure, exampleGeneration, exampleDirectory])(
    'reads back a $kind, infinities and all',
    (artifact) => {
      expect(parseArtifact(artifactToJson(artifact), 'x.json')).toEqual(artifact);
    },
  );

  it.each([
    ['', 'not-a-result'],
    ['[1, 2]', 'not-a-result'],
    ['{"kind": "table"}', 'not-a-result'],
    [artifactToJson(exampleTable).replace('"version": 1', '"version": 2'), 'not-a-result'],
    [artifactToJson(exampleTable).slice(0, -20), 'not-a-result'],
    [artifactToJson(exampleTable).replace('"kind": "table"', '"kind": "chair"'), 'invalid-result'],
    [artifactToJson(exampleTable).replace('"label": "Original"', '"label": 7'), 'invalid-result'],
  ])('refuses %j', (text, code) => {
    expect(() => parseArtifact(text, 'x.json')).toThrow(expect.objectContaining({ code: `report/${code}` }));
  });

  it('says where a file is damaged', () => {
    const text = artifactToJson(exampleTable).replace('"value": 7.08', '"value": true');
    expect(() => parseArtifact(text, 'x.json')).toThrow('x.json: rows.0.cells.1.value');
  });

  it('refuses rows that are not as wide as the table, and numbers that are not there', () => {
    const [row] = exampleTable.rows;
    const narrow = { ...exampleTable, rows: [{ ...row!, cells: row!.cells.slice(1) }] };
    expect(() => parseArtifact(artifactToJson(narrow), 'x.json')).toThrow('1 cells for 2 columns');
    const empty = { ...exampleTable, numbers: exampleTable.numbers.slice(1) };
    expect(() => parseArtifact(artifactToJson(empty), 'x.json')).toThrow('refers to number 1 of 1');
  });
});
