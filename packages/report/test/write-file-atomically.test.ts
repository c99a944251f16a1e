import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from '../src/write-file-atomically.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

const code = 'report/cannot-write';

describe('writeFileAtomically', () => {
  it('writes a file, replaces it, and leaves nothing else', async () => {
    const path = join(folder, 'table.csv');
    await writeFileAtomically(path, 'é,1\r\n');
    await writeFileAtomically(path, 'b\r\n');
    expect(await readFile(path, 'utf8')).toBe('b\r\n');
    expect(await readdir(folder)).toEqual(['table.csv']);
  });

  it('keeps the permissions of what it replaces, and follows links', async () => {
    const path = join(folder, 'table.csv');
    await writeFile(path, 'a');
    await chmod(path, 0o640);
    await symlink(path, join(folder, 'link.csv'));
    await writeFileAtomically(join(folder, 'link.csv'), 'b');
    expect(await readFile(path, 'utf8')).toBe('b');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).toSorted()).toEqual(['link.csv', 'table.csv']);
  });

  it('shows the old file to whoever reads while it is being replaced', async () => {
    const path = join(folder, 'table.csv');
    const [before, after] = ['a'.repeat(1 << 20), 'b'.repeat(1 << 20)];
    await writeFileAtomically(path, before);
    const writing = writeFileAtomically(path, after);
    const seen = await Promise.all(Array.from({ length: 20 }, () => readFile(path, 'utf8')));
    await writing;
    expect(seen.every((text) => text === before || text === after)).toBe(true);
  });

  it('writes to what is no file', async () => {
    await writeFileAtomically('/dev/null', 'a');
    expect((await stat('/dev/null')).isFile()).toBe(false);
  });

  it('says that the folder is missing', async () => {
    await expect(writeFileAtomically(join(folder, 'none', 'table.csv'), 'a')).rejects.toMatchObject({
      code,
      problem: { found: 'a folder that does not exist', action: expect.stringContaining(join(folder, 'none')) },
    });
  });

  it('says that the path is a folder, or leads through a file', async () => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'file'), '');
    await expect(writeFileAtomically(join(folder, 'sub'), 'a')).rejects.toMatchObject({
      code,
      problem: { found: 'a folder' },
    });
    await expect(writeFileAtomically(join(folder, 'file', 'x.csv'), 'a')).rejects.toMatchObject({
      code,
      problem: { found: 'a path that leads through a file' },
    });
    expect((await readdir(folder)).toSorted()).toEqual(['file', 'sub']);
  });
});
