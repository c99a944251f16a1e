import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rememberedHash } from './file-hashes.ts';
import { closeStores } from './open-stores.ts';

let folder: string;
let file: string;
/** Long enough ago that a file system's clock tells a change. */
const settled = new Date('2026-01-02T03:04:05.678Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-hashes-'));
  file = join(folder, 'config.json');
  write('one');
});
afterEach(() => {
  closeStores();
  rmSync(folder, { recursive: true });
});

function write(text: string, time = settled): void {
  writeFileSync(file, text);
  utimesSync(file, time, time);
}

interface Asked {
  readonly sha256: string;
  readonly warnings: string;
}

/** What a command of its own would find. */
async function ask(flags: { readonly verify?: true } = {}): Promise<Asked> {
  let warnings = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    warnings += String(text);
    return true;
  });
  try {
    return { sha256: await rememberedHash({ store: join(folder, 'store'), ...flags })(file), warnings };
  } finally {
    spy.mockRestore();
    closeStores();
  }
}

const of = (text: string): Asked => ({ sha256: hash('sha256', text), warnings: '' });

describe('rememberedHash', () => {
  it('reads a file once, as long as size, time and inode are the same', async () => {
    expect(await ask()).toEqual(of('one'));
    // A change behind all three shows that the file was not read.
    write('two');
    expect(await ask()).toEqual(of('one'));
  });

  it.each<[string, () => void]>([
    ['its time', () => write('two', new Date(settled.getTime() + 1))],
    ['its size', () => write('three')],
    [
      'its inode',
      () => {
        const other = join(folder, 'other');
        writeFileSync(other, 'two');
        utimesSync(other, settled, settled);
        expect(statSync(other).ino).not.toBe(statSync(file).ino);
        renameSync(other, file);
      },
    ],
  ])('notices a change by %s', async (_, change) => {
    await ask();
    change();
    expect(await ask()).toEqual(of(readFileSync(file, 'utf8')));
  });

  it('verifies, says what changed behind all three, and knows better from then on', async () => {
    await ask();
    expect(await ask({ verify: true })).toEqual(of('one'));
    write('two');
    const { sha256, warnings } = await ask({ verify: true });
    expect(sha256).toBe(of('two').sha256);
    expect(warnings).toContain(`${file} has changed, although`);
    expect(warnings).toContain(of('one').sha256);
    expect(await ask()).toEqual(of('two'));
  });

  it('does not keep the hash of a file that has only just been written', async () => {
    write('one', new Date());
    await ask();
    const time = statSync(file).mtime;
    write('two', time);
    expect(await ask()).toEqual(of('two'));
  });

  it('reads every time without a store', async () => {
    const hashFile = rememberedHash({ store: false });
    expect(await hashFile(file)).toBe(of('one').sha256);
    write('two');
    expect(await hashFile(file)).toBe(of('two').sha256);
  });
});
