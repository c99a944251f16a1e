import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDataset, miniFolder } from './find-dataset.ts';
import { identifyFile } from './identify-file.ts';
import { knownFiles } from './known-files.ts';
import { readLines } from './read-lines.ts';

describe('identifyFile', () => {
  it('recognises the embedded sets, all of which have as many rows as is known of them', async () => {
    const mini = [...knownFiles.values()].filter(({ title }) => title.startsWith('mini '));
    for (const { dataset, title, rows } of mini) {
      const { file } = findDataset(miniFolder, dataset);
      expect((await identifyFile(file)).description).toBe(`known file: ${title}, ${rows} rows`);
      expect(await Array.fromAsync(readLines(file))).toHaveLength(rows);
    }
    expect(mini).toHaveLength(9);
  });

  it('hashes the bytes of an unknown file', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'linchpin-datasets-')), 'abc');
    await writeFile(file, 'abc');
    expect(await identifyFile(file)).toEqual({
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', // FIPS 180-4, example of "abc"
      known: null,
      description: 'unknown file',
    });
  });

  it('says which file cannot be read', async () => {
    await expect(identifyFile('/absent')).rejects.toThrow(
      expect.objectContaining({ code: 'datasets/unreadable-file' }),
    );
  });
});
