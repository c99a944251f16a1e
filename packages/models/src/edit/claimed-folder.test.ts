import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pid } from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimFolder } from './claimed-folder.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'linchpin-claimed-'));
});
afterAll(() => rm(root, { recursive: true }));

it('gives a name to the first who asks, and one like it to the next', async () => {
  const parent = join(root, 'deep', 'parent');
  const [first, second] = [await claimFolder(parent, 'key'), await claimFolder(parent, 'key')];
  expect(basename(first.path)).toBe('key');
  expect(basename(second.path)).toMatch(/^key-./);
  await first.remove();
  expect(await readdir(parent)).toEqual([basename(second.path)]);
  const third = await claimFolder(parent, 'key');
  expect(basename(third.path)).toBe('key');
  for (const claimed of [second, third, third]) await claimed.remove();
  expect(await readdir(parent)).toEqual([]);
});

it('removes what a process left that is gone, and nothing else', async () => {
  const owners = {
    gone: `${hostname()} ${2 ** 22 + 1}`, // above the largest id that Linux gives
    running: `${hostname()} ${pid}`,
    elsewhere: `not-${hostname()} 1`,
    malformed: '',
  };
  for (const [name, owner] of Object.entries(owners)) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'owner'), owner);
    await writeFile(join(root, name, 'weights'), 'x');
  }
  const claimed = await claimFolder(root, 'gone');
  expect(existsSync(join(root, 'gone', 'weights'))).toBe(false);
  await claimed.remove();
  for (const name of ['running', 'elsewhere', 'malformed']) expect(existsSync(join(root, name, 'weights'))).toBe(true);
});
