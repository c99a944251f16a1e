import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileState, type ReadFileState } from './file-state.ts';
import { openRunStore } from './open-store.ts';
import { rememberedHash } from './remembered-hash.ts';

let folder: string;
let file: string;
/** The time that every file is given: what a change of it would tell is to be told without it. */
const fixed = new Date('2026-01-02T03:04:05.678Z');

/** The state after so long a wait that a file counts as settled; `tick` waits as long as it takes in truth. */
const settledState: ReadFileState = async (path) => {
  const state = await fileState(path);
  return state && { ...state, isSettled: true };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-hashes-'));
  file = join(folder, 'config.json');
  write('one');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(text: string, time = fixed): void {
  writeFileSync(file, text);
  utimesSync(file, time, time);
}

/** Waits until the file system's clock has gone on. */
async function tick(): Promise<void> {
  const clock = join(folder, 'clock');
  const now = (): bigint => {
    writeFileSync(clock, '');
    return statSync(clock, { bigint: true }).ctimeNs;
  };
  const start = now();
  while (now() === start) await setTimeout(1);
}

interface Asked {
  readonly sha256: string;
  readonly warnings: string;
  readonly read: number;
}

/** What a process of its own would find. */
async function ask({ verify = false, stateOf = settledState } = {}): Promise<Asked> {
  const store = openRunStore(join(folder, 'store'));
  let [warnings, read] = ['', 0];
  const hashFile = async (path: string): Promise<string> => {
    read++;
    return hash('sha256', readFileSync(path));
  };
  const warn = (what: string): void => void (warnings += what);
  try {
    const sha256 = await rememberedHash(store.fileHashes, { hashFile, verify, warn, stateOf })(file);
    return { sha256, warnings, read };
  } finally {
    store.close();
  }
}

const of = (text: string, read: number): Asked => ({ sha256: hash('sha256', text), warnings: '', read });

/** Ways to give a file other contents, each with the size, time and name that it had. */
const rewritings: Readonly<Record<string, (text: string) => void>> = {
  'in place': (text) => write(text),
  'in place, keeping the time it had': (text) => {
    const { atime, mtime } = statSync(file);
    writeFileSync(file, text);
    utimesSync(file, atime, mtime);
  },
  'by a copy over it': (text) => {
    const other = join(folder, 'other');
    writeFileSync(other, text);
    copyFileSync(other, file);
    utimesSync(file, fixed, fixed);
  },
  'by another file under its name': (text) => {
    const other = join(folder, 'other');
    writeFileSync(other, text);
    utimesSync(other, fixed, fixed);
    renameSync(other, file);
  },
  'by a new file, which may get the old inode': (text) => {
    rmSync(file);
    write(text);
  },
};

describe('rememberedHash', () => {
  it('reads a file once, as long as nothing has changed it', async () => {
    expect(await ask()).toEqual(of('one', 1));
    expect(await ask()).toEqual(of('one', 0));
  });

  it('never answers for other contents, whatever was done to size, time and inode', async () => {
    const rewriting = fc.record({
      way: fc.constantFrom(...Object.keys(rewritings)),
      text: fc.constantFrom('one', 'two', 'six'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(rewriting, { minLength: 1, maxLength: 4 }), async (changes) => {
        for (const { way, text } of changes) {
          await ask();
          await tick();
          rewritings[way]!(text);
          expect((await ask()).sha256).toBe(of(text, 1).sha256);
          await tick();
          expect(await ask({ verify: true })).toEqual(of(text, 1));
        }
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  it('reads a file every time where the file system has no time of change to be trusted', async () => {
    const stateOf: ReadFileState = async () => undefined;
    expect(await ask({ stateOf })).toEqual(of('one', 1));
    write('two');
    expect(await ask({ stateOf })).toEqual(of('two', 1));
  });

  it('verifies, says what changed behind everything that tells a state, and knows better from then on', async () => {
    const stateOf: ReadFileState = async () => ({ stamp: 'always the same', isSettled: true });
    await ask({ stateOf });
    expect(await ask({ verify: true, stateOf })).toEqual(of('one', 1));
    write('two');
    const { sha256, warnings } = await ask({ verify: true, stateOf });
    expect(sha256).toBe(of('two', 1).sha256);
    expect(warnings).toContain(`${file} has changed, although its size, inode and times of modification and change`);
    expect(warnings).toContain(of('one', 1).sha256);
    expect(await ask({ stateOf })).toEqual(of('two', 0));
  });

  it('does not keep the hash of a file that has only just been written', async () => {
    const stateOf: ReadFileState = async (path) => {
      const state = await fileState(path);
      return state && { ...state, isSettled: false };
    };
    await ask({ stateOf });
    expect(await ask({ stateOf })).toEqual(of('one', 1));
  });

  it('does not keep the hash of a file that changed while it was read', async () => {
    let state = 0;
    const stateOf: ReadFileState = async () => ({ stamp: `${state++ % 2}`, isSettled: true });
    await ask({ stateOf });
    expect(await ask({ stateOf })).toEqual(of('one', 1));
  });

  it('does not answer by what an earlier version wrote, which left the time of change out', async () => {
    const store = openRunStore(join(folder, 'store'));
    const { size, mtimeNs, ino } = statSync(file, { bigint: true });
    store.fileHashes.put(file, `${size} ${mtimeNs} ${ino}`, 'of other contents');
    store.close();
    expect(await ask()).toEqual(of('one', 1));
  });
});
