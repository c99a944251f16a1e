import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type ReplacedFolders, type WholeFolder, writeWholeFolder } from './whole-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'linchpin-whole-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function place(name: string, options: Partial<WholeFolder> = {}): WholeFolder {
  return { out: join(root, name), ...options };
}

function replacing(has: ReplacedFolders['has']): ReplacedFolders {
  return { inWords: 'a toy', has };
}

/** Nothing half-written. */
function hidden(): string[] {
  return readdirSync(root).filter((name) => name.startsWith('.'));
}

const writing =
  (text: string) =>
  async (folder: string): Promise<string> => {
    writeFileSync(join(folder, 'text'), text);
    expect(existsSync(join(root, 'new'))).toBe(text !== 'first');
    return text;
  };

it('writes where nothing is, with the folders above, and where an empty folder is', async () => {
  expect(await writeWholeFolder(place('new'), writing('first'))).toBe('first');
  expect(readFileSync(join(root, 'new/text'), 'utf8')).toBe('first');
  mkdirSync(join(root, 'empty'));
  for (const name of ['empty', 'deep/er']) {
    await writeWholeFolder(place(name), writing('again'));
    expect(readdirSync(join(root, name))).toEqual(['text']);
  }
  expect(hidden()).toEqual([]);
});

it('replaces what it is told to, whole, and nothing else', async () => {
  const writes: string[] = [];
  const write = async (folder: string): Promise<void> => void writes.push(folder);
  const taken = (found: string, expected: string): object => ({
    code: 'files/place-taken',
    problem: { found, expected: expect.stringContaining(expected) },
  });
  await expect(writeWholeFolder(place('new'), write)).rejects.toMatchObject(taken('a folder with text', 'or is empty'));
  const none = place('new', { replaced: replacing(() => false) });
  await expect(writeWholeFolder(none, write)).rejects.toMatchObject(
    taken('a folder with text', 'or is empty, or a toy'),
  );
  const file = place('new/text', { replaced: replacing(() => true) });
  await expect(writeWholeFolder(file, write)).rejects.toMatchObject(taken('a file', 'a toy'));
  const refusing = replacing(() => {
    throw new Error('not that one');
  });
  await expect(writeWholeFolder(place('new', { replaced: refusing }), write)).rejects.toThrow('not that one');
  expect(writes).toEqual([]);
  const given: (readonly string[])[] = [];
  const replaced = replacing((names) => given.push(names) > 0);
  await writeWholeFolder(place('new', { replaced }), async (folder) => writeFileSync(join(folder, 'other'), ''));
  expect([given, readdirSync(join(root, 'new'))]).toEqual([[['text']], ['other']]);
  expect(hidden()).toEqual([]);
});

it('leaves what was there, and nothing of its own, where the work throws or is ended', async () => {
  const options = { replaced: replacing(() => true) };
  const broken = new TypeError('a bug');
  const throwing = async (folder: string): Promise<never> => {
    writeFileSync(join(folder, 'half'), '');
    throw broken;
  };
  await expect(writeWholeFolder(place('new', options), throwing)).rejects.toBe(broken);
  const refused = async (folder: string): Promise<void> => writeFileSync(join(folder, 'absent/file'), '');
  await expect(writeWholeFolder(place('new', options), refused)).rejects.toMatchObject({
    code: 'files/cannot-write',
    cause: { code: 'ENOENT' },
  });
  const ending = new AbortController();
  const ended = async (): Promise<void> => ending.abort(new Error('enough'));
  await expect(writeWholeFolder(place('new', { ...options, signal: ending.signal }), ended)).rejects.toThrow('enough');
  expect(readdirSync(join(root, 'new'))).toEqual(['other']);
  expect(hidden()).toEqual([]);
});
