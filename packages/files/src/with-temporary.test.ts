import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, it } from 'vitest';
import { withTemporary } from './with-temporary.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-temporary-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = join(folder, 'file');

it('leaves what was moved into its place, and nothing else', async () => {
  await withTemporary(place, async (temporary) => {
    writeFileSync(temporary, 'whole');
    await rename(temporary, place);
  });
  const broken = withTemporary(place, async (temporary) => {
    writeFileSync(temporary, 'half');
    throw new Error('no more room');
  });
  await expect(broken).rejects.toThrow('no more room');
  expect(readdirSync(folder)).toEqual(['file']);
});

it('leaves nothing where the process ends meanwhile', async () => {
  const before = process.listenerCount('exit');
  await withTemporary(place, async (temporary) => {
    writeFileSync(temporary, 'half');
    const atExit = process.listeners('exit').at(-1) as () => void;
    atExit();
    expect(existsSync(temporary)).toBe(false);
  });
  expect(process.listenerCount('exit')).toBe(before);
});
