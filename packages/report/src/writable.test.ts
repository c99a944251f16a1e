import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, requireWritable } from './writable.ts';

const root = mkdtempSync(join(tmpdir(), 'linchpin-writable-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = join(root, 'file');
writeFileSync(file, 'kept');
mkdirSync(join(root, 'folder'));

describe('requireWritable', () => {
  it.each([undefined, file, join(root, 'new'), '/dev/null'])('accepts %s', async (path) => {
    await requireWritable(path);
    expect(readdirSync(root)).toEqual(['file', 'folder']);
  });

  it.each([
    [join(root, 'absent', 'new'), 'a folder that does not exist'],
    [join(file, 'new'), 'a path that leads through a file'],
    [join(root, 'folder'), 'a folder'],
    // A file system that says it may be written, and takes no new file.
    ['/proc/new', ''],
  ])('refuses %s', async (path, found) => {
    await expect(requireWritable(path)).rejects.toMatchObject({
      code: 'report/cannot-write',
      problem: { subject: path, found: expect.stringContaining(found) },
    });
  });
});

describe('makeFolder', () => {
  it('makes those above, and takes one that is there', async () => {
    await makeFolder(join(root, 'folder', 'a', 'b'));
    await makeFolder(join(root, 'folder', 'a', 'b'));
    expect(readdirSync(join(root, 'folder'))).toEqual(['a']);
  });

  it.each([file, join(file, 'a')])('refuses %s', async (path) => {
    await expect(makeFolder(path)).rejects.toMatchObject({ code: 'report/cannot-write', problem: { subject: path } });
  });
});
