import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('run-batches.ts', import.meta.url));
const kills = 50;

let folder: string;
let reference: string;
let batches: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-kills-'));
  reference = run(join(folder, 'undisturbed'));
  batches = computed(join(folder, 'undisturbed'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(store: string): string {
  const { stdout, stderr, status } = spawnSync(execPath, ['-C', '@linchpin/source', script, store], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function computed(store: string): number {
  return readFileSync(join(store, 'computed')).length;
}

/** Starts a run and kills it after some time; resolves when it is gone. */
function killAfter(store: string, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(execPath, ['-C', '@linchpin/source', script, store], { stdio: 'ignore' });
    child.on('exit', () => resolve());
    setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
}

describe('a run with a store', () => {
  it(
    `ends with the same bytes after ${kills} kills, each of which costs at most one batch`,
    { timeout: 180_000 },
    async () => {
      const store = join(folder, 'killed');
      // Starting takes most of the time; kills are spread from before the store is open to well into the work.
      const start = startTime(join(folder, 'timed'));
      for (let kill = 0; kill < kills; kill++) await killAfter(store, start * (0.6 + (0.5 * kill) / kills));
      expect(run(store)).toBe(reference);
      expect(computed(store)).toBeGreaterThanOrEqual(batches);
      expect(computed(store)).toBeLessThanOrEqual(batches + kills);
    },
  );

  it('computes each batch once in two processes at the same time', { timeout: 60_000 }, async () => {
    const store = join(folder, 'shared');
    const outputs = await Promise.all([0, 1].map(() => runAtTheSideOf(store)));
    expect(outputs).toEqual([reference, reference]);
    expect(computed(store)).toBe(batches);
  });

  it('keeps what is finished when the disk is full, and says so', { timeout: 60_000 }, () => {
    const store = join(folder, 'full');
    // A limit on the size of a file stands for a disk without space left.
    const limited = spawnSync(
      'bash',
      ['-c', `ulimit -f 128; trap '' XFSZ; exec "$0" -C @linchpin/source "$1" "$2"`, execPath, script, store],
      {
        encoding: 'utf8',
      },
    );
    expect(limited.status).not.toBe(0);
    expect(limited.stderr).toContain('run-store/not-writable');
    const before = computed(store);
    expect(before).toBeGreaterThan(1);
    expect(run(store)).toBe(reference);
    expect(computed(store)).toBeLessThanOrEqual(batches + 1);
  });
});

/** Milliseconds of a run that finds everything in its store: what starting takes. */
function startTime(store: string): number {
  run(store);
  const start = performance.now();
  run(store);
  return performance.now() - start;
}

function runAtTheSideOf(store: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(execPath, ['-C', '@linchpin/source', script, store], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    child.on('close', () => resolve(text));
  });
}
