import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, it } from 'vitest';
import { makeFolders } from './make-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'linchpin-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('makes those above, says which was the first, and takes one that is there', () => {
  mkdirSync(join(root, 'there'));
  expect(makeFolders(join(root, 'there', 'a', 'b'))).toBe(join(root, 'there', 'a'));
  expect(makeFolders(join(root, 'there', 'a', 'b'))).toBeUndefined();
  expect(readdirSync(join(root, 'there', 'a'))).toEqual(['b']);
});

it.each([
  ['a file', ['file'], 'EEXIST'],
  ['what would lie below a file', ['file', 'a', 'b'], 'ENOTDIR'],
  ['a link that leads nowhere', ['link'], 'EEXIST'],
])('refuses %s', (_, path, code) => {
  writeFileSync(join(root, 'file'), '');
  rmSync(join(root, 'link'), { force: true });
  symlinkSync('nowhere', join(root, 'link'));
  expect(() => makeFolders(join(root, ...path))).toThrow(expect.objectContaining({ code }));
});

it.skipIf(process.platform !== 'linux')('comes to an end where a file system takes no folders', () => {
  expect(() => makeFolders('/proc/new/folder')).toThrow(
    expect.objectContaining({ code: 'EPERM', message: "EPERM: /proc takes no new folders, mkdir '/proc/new'" }),
  );
});
