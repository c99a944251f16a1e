/** `linchpin table 1` on the embedded model: its files, and what stops it before the first number. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { type Ended, expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();

/** The paper's Table 1, in its order. */
const columns = ['', 'Arc-c', 'Arc-e', 'Hella.', 'Lamb.', 'PIQA', 'SciQ', 'Wino.', 'AVG', 'C4', 'Wiki-2'];
const labels = ['Original', 'Prune SW', 'Prune Non-SW', 'Prune SW, +SA'];

/** CSV whose fields have no line breaks. */
function readCsv(file: string): string[][] {
  const lines = readFileSync(file, 'utf8').split('\r\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) =>
    [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
    ),
  );
}

describe('linchpin table 1', () => {
  const out = join(root, 'new', 'folder');
  const tableFile = join(out, 'table-1.csv');
  let ended: Ended;
  beforeAll(async () => {
    ended = await linchpin(['table', '1', '--limit', '3', '--out', out, '--verbose']);
  }, 120_000);

  it('makes the folder and writes three files', () => {
    expect(ended.code).toBe(0);
    expect(readdirSync(out).toSorted()).toEqual(['table-1-numbers.csv', 'table-1.csv', 'table-1.json']);
  });

  it("writes exactly the paper's rows and columns", () => {
    const [header, ...rows] = readCsv(tableFile);
    expect(header).toEqual(columns);
    expect(rows.map(([label]) => label)).toEqual(labels);
    for (const row of rows) {
      expect(row).toHaveLength(columns.length);
      for (const value of row.slice(1)) expect(value).toMatch(/^\d+\.\d\d$/);
      const accuracies = row.slice(1, 8).map(Number);
      const average = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
      // The cells are rounded to two digits, so that their average differs by half of the last.
      expect(Math.abs(Number(row[8]) - average)).toBeLessThanOrEqual(0.01);
    }
  });

  it('writes every number with where it is from', () => {
    const [header = [], ...lines] = readCsv(join(out, 'table-1-numbers.csv'));
    const numbers = lines.map((line) => Object.fromEntries(header.map((field, index) => [field, line[index]])));
    const tasks = [
      'arc_challenge',
      'arc_easy',
      'hellaswag',
      'lambada_openai',
      'piqa',
      'sciq',
      'winogrande',
      'c4',
      'wikitext2',
    ];
    for (const label of labels) {
      const ofRow = numbers.filter((number) => number['label'] === label);
      expect([...new Set(ofRow.map((number) => number['task']))]).toEqual(tasks);
      expect(ofRow.filter(({ metric, window }) => metric === 'acc' && window === '').map(({ items }) => items)).toEqual(
        Array(7).fill('3'),
      );
      expect(ofRow.filter(({ window }) => window !== '').map(({ windows }) => windows)).toEqual(['3', '3']);
    }
    for (const number of numbers) {
      expect(number).toMatchObject({
        model: 'mini',
        modelSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        published: '',
      });
      expect(number['datasetSha256']).toMatch(/^[0-9a-f]{64}$/);
      expect(number['engine']).toMatch(/^onnxruntime-node \d/);
      expect(number['commit']).toMatch(/^([0-9a-f]{12}(-dirty)?|\d+\.\d+\.\d+)$/);
    }
    const chain = JSON.parse(numbers.find(({ label }) => label === 'Prune SW, +SA')!['interventions']!) as {
      name: string;
    }[];
    expect(chain.map(({ name }) => name)).toEqual(['prune-super-weight', 'restore-super-activation']);
  });

  it('prints the table, what it was made of, what it shows and where the files are', () => {
    for (const text of [...labels, ...columns, 'the first 3 items', 'BOS always', 'windows of 512 tokens', tableFile]) {
      expect(ended.stdout).toContain(text);
    }
    // The model's README says that its super weight was planted.
    expect(ended.stdout).toContain('built to show this');
    expect(ended.stdout).not.toContain('found');
  });

  it('says on stderr how far it is, without escape codes', () => {
    expect(ended.stderr).toContain('1/36 Original · arc_challenge: 3 in ');
    expect(ended.stderr).toContain('36/36 Prune SW, +SA · wikitext2: 3 in ');
    expect(ended.stdout + ended.stderr).not.toContain(String.fromCodePoint(0x1b));
  });

  it('says of every graph that is not like the one before where its nodes are computed', () => {
    const said = ended.stderr.split('\n').filter((line) => line.startsWith('device'));
    expect(said.length).toBeGreaterThan(0);
    for (const line of said) expect(line).toMatch(/^device cpu computes all \d+ nodes$/);
    expect(new Set(said).size).toBe(said.length);
  });

  it('replaces the files of an earlier run, and removes what an interrupted one has left', async () => {
    const partial = join(out, 'table-1-numbers.partial.csv');
    writeFileSync(partial, 'left');
    const numbersFile = join(out, 'table-1-numbers.csv');
    const before = { table: statSync(tableFile).ino, numbers: statSync(numbersFile).ino };
    const csv = join(out, 'elsewhere.csv');
    const json = await linchpin(['table', '1', '--limit', '1', '--out', out, '--json', '--quiet', '--csv', csv]);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    const { table, numbers } = JSON.parse(json.stdout) as {
      table: { rows: { label: string; values: number[] }[] };
      numbers: ResultRow[];
    };
    expect(table.rows.map(({ label }) => label)).toEqual(labels);
    expect(numbers.filter(({ metric, items }) => metric === 'acc' && items === 1)).toHaveLength(4 * 7);
    expect(readdirSync(out).toSorted()).toEqual([
      'elsewhere.csv',
      'table-1-numbers.csv',
      'table-1.csv',
      'table-1.json',
    ]);
    expect(readCsv(csv)[1]!.slice(1)).toEqual(table.rows[0]!.values.map((value) => value.toFixed(2)));
    // The table went elsewhere and the first one is untouched; the numbers were renamed into their place.
    expect(statSync(tableFile).ino).toBe(before.table);
    expect(statSync(numbersFile).ino).not.toBe(before.numbers);
  });
});

it('linchpin table 1 saves the numbers that are done when it cannot go on', async () => {
  const data = join(root, 'data');
  cpSync(join(repositoryRoot, 'datasets/mini'), data, { recursive: true });
  // A continuation of more tokens than the model takes cannot be scored, and there is no other item.
  const row = {
    sentence: `The cat sat down and the _${' purred'.repeat(600)}.`,
    option1: 'cat',
    option2: 'dog',
    answer: '1',
  };
  writeFileSync(join(data, 'winogrande.validation.jsonl'), `${JSON.stringify(row)}\n`);
  const out = join(root, 'unfinished');
  const ended = await linchpin(['table', '1', '--limit', '1', '--datasets', data, '--out', out]);
  const partial = join(out, 'table-1-numbers.partial.csv');
  expectRefusal(
    ended,
    `finished numbers are saved in ${partial}; nothing else was written`,
    'winogrande',
    'none of which can be scored',
  );
  expect(readdirSync(out)).toEqual(['table-1-numbers.partial.csv']);
  // Six tasks of the first row, with two metrics each.
  expect(readCsv(partial)).toHaveLength(1 + 12);
});

describe('linchpin table refuses before the first number', () => {
  const file = join(root, 'file');
  const folder = join(root, 'taken');
  beforeAll(() => {
    writeFileSync(file, '');
    mkdirSync(join(folder, 'table-1.csv'), { recursive: true });
  });

  it.each([
    ['an unknown table', ['99'], ['"99"', 'one of 1']],
    ['a folder that cannot be made', ['1', '--out', join(file, 'out')], ['a path that leads through a file']],
    ['a folder that is a file', ['1', '--out', file], [file, 'a file where a folder is needed']],
    ['a folder in the place of the table', ['1', '--out', folder], [join(folder, 'table-1.csv'), 'a folder']],
    [
      'a CSV file in a missing folder',
      ['1', '--out', join(root, 'a'), '--csv', join(root, 'b', 'c.csv')],
      ['a folder that does not exist'],
    ],
    [
      'data that are not there',
      ['1', '--out', join(root, 'c'), '--datasets', join(root, 'none')],
      ['data set arc_challenge', 'ARC-Challenge/test.jsonl'],
    ],
    ['a layer out of range', ['1', '--out', join(root, 'd'), '--super-weight', '8:0:0'], ['layer 8', 'from 0 to 7']],
    [
      'a row out of range',
      ['1', '--out', join(root, 'd'), '--super-weight', '1:256:0'],
      ['[256, 0]', 'a row from 0 to 255'],
    ],
    [
      'a column out of range',
      ['1', '--out', join(root, 'd'), '--super-weight', '1:0:704'],
      ['[0, 704]', 'a column from 0 to 703'],
    ],
    [
      'a malformed super weight',
      ['1', '--out', join(root, 'd'), '--super-weight', '1:0'],
      ['"1:0"', 'LAYER:ROW:COLUMN'],
    ],
  ])('%s', async (_, args, says) => {
    const ended = await linchpin(['table', ...args]);
    expectRefusal(ended, ...says);
    expect(ended.stderr).not.toContain('1/36');
  });
});
