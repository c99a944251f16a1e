import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findDataset, miniFolder } from './find-dataset.ts';
import { type FileIdentity, identifyFile } from './identify-file.ts';
import { knownData } from './known-data.ts';
import { readLines } from './read-lines.ts';

describe('identifyFile', () => {
  it('recognises the embedded sets, all of which have as many rows as is known of them', async () => {
    const mini = [...knownData.values()].filter(({ title }) => title.startsWith('mini '));
    for (const { dataset, title, rows } of mini) {
      const { file } = findDataset(miniFolder, dataset);
      expect((await identifyFile(file)).description).toBe(`known data: ${title}, ${rows} rows`);
      expect(await Array.fromAsync(readLines(file))).toHaveLength(rows);
    }
    expect(mini).toHaveLength(9);
  });

  it('takes the lines of a text for rows', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'linchpin-datasets-')), 'abc');
    await writeFile(file, 'abc');
    expect(await identifyFile(file)).toEqual({
      sha256: 'f76036ae647fb86e44d8e480b22b505852188842ea8063b52c396d75829f0680', // printf '{"text":"abc"}\\n' | sha256sum
      rows: 1,
      known: null,
      description: 'unknown data, 1 rows',
    });
  });

  it('knows the same rows in other files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'linchpin-datasets-'));
    const rows = [
      { text: 'é\u2028', choices: { text: ['a', 'b'], label: ['A', 'B'] }, label: 1, left: null },
      { text: '', choices: { text: [], label: [null] }, label: 9007199254740991, left: true },
    ];
    const inOtherOrder = rows.map(({ text, label, choices, left }) => ({
      ...(left === null ? {} : { left }),
      label,
      choices: { label: choices.label, text: choices.text },
      text,
    }));
    const lines = (list: readonly object[], end: string): string =>
      list.map((row) => JSON.stringify(row) + end).join('');
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      ['a.jsonl', lines(rows, '\n')],
      ['b.jsonl', lines(inOtherOrder, '\r\n\n')],
      ['c.json.gz', gzipSync(lines(rows, '\n'))],
      ['d.json', JSON.stringify(rows, null, 2)],
    ];
    const identities: FileIdentity[] = [];
    for (const [name, content] of files) {
      await writeFile(join(folder, name), content);
      identities.push(await identifyFile(join(folder, name)));
    }
    for (const each of identities) expect(each).toEqual(identities[0]);
    await writeFile(join(folder, 'e.jsonl'), lines(rows.toReversed(), '\n'));
    expect((await identifyFile(join(folder, 'e.jsonl'))).sha256).not.toBe(identities[0]!.sha256);
  });

  it('says which file cannot be read', async () => {
    await expect(identifyFile('/absent')).rejects.toThrow(
      expect.objectContaining({ code: 'datasets/unreadable-file' }),
    );
  });
});
