import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataNotes } from './data-notes.ts';
import { findDataset, miniFolder } from './find-dataset.ts';
import { identifyFile } from './identify-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-datasets-'));
  await mkdir(join(folder, 'ARC-Easy'));
});
afterEach(() => rm(folder, { recursive: true }));

const rows = (count: number): string => '{"question": "?"}\n'.repeat(count);

async function notesOf(name: string, from: string = folder): Promise<string[]> {
  const found = findDataset(from, name);
  return dataNotes(found, 'FILE', await identifyFile(found.file));
}

it('says of a part of the rows how many there are', async () => {
  await writeFile(join(folder, 'ARC-Easy/test.jsonl'), rows(100));
  expect(await notesOf('arc_easy')).toEqual([
    'ARC-Easy: FILE is not one of the published files: 100 rows, where the published split has 2376.',
  ]);
});

it('says so of other rows of the same number, where those that were published are known', async () => {
  await writeFile(join(folder, 'ARC-Easy/test.jsonl'), rows(2376));
  expect(await notesOf('arc_easy')).toEqual([expect.stringContaining('although it has as many rows, 2376')]);
});

it.each(['ARC-Easy/test.parquet', 'ARC-Easy/test.jsonl.gz', 'arc_easy.test.jsonl'])(
  'says that %s is not read',
  async (path) => {
    await writeFile(join(folder, 'ARC-Easy/test.jsonl'), rows(1));
    await writeFile(join(folder, path), '');
    expect(await notesOf('arc_easy')).toContainEqual(
      `ARC-Easy: FILE is read, and not ${path}, which could hold the data set, too.`,
    );
  },
);

it('says nothing of known rows, nor of those that nobody has counted', async () => {
  expect(await notesOf('arc_easy', miniFolder)).toEqual([]);
  await writeFile(join(folder, 'c4.validation.jsonl'), rows(3));
  expect(await notesOf('c4')).toEqual([]);
});

it('says what has changed at the hub', async () => {
  await writeFile(join(folder, 'ARC-Easy/test.jsonl'), rows(3));
  const origin = { repository: 'allenai/ai2_arc', revision: 'abc', path: 'test.parquet' };
  const found = { ...findDataset(folder, 'arc_easy'), origin };
  expect(dataNotes(found, 'FILE', { rows: 3, known: null })).toEqual([
    'ARC-Easy: 3 rows at this revision of allenai/ai2_arc, where the published split has 2376.',
  ]);
});
