import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Executor, PackedBatch } from '@linchpin/plugin-api';
import { toyExecutor } from '@linchpin/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunStore, type RunStore } from './open-store.ts';
import { rememberingExecutor } from './remembering-executor.ts';

let folder: string;
let store: RunStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-store-'));
  store = openRunStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** One row that is one chain of tokens, every one scored. */
function chain(ids: readonly number[], targets: readonly number[] = ids): PackedBatch {
  const all = Int32Array.from(ids.keys());
  return {
    rows: 1,
    rowLength: ids.length,
    tokenIds: Int32Array.from(ids),
    positions: all,
    subtreeEnds: new Int32Array(ids.length).fill(ids.length),
    scoredTokens: all,
    targetRows: all,
    targetIds: Int32Array.from(targets),
  };
}

const remember = (identity: string, open: () => Promise<Executor>) =>
  rememberingExecutor(store.batches, { identity, contextLength: 64, vocabularySize: 13, open });

describe('rememberingExecutor', () => {
  it('gives from the store what a fresh run gives, and opens no model for it', async () => {
    const ids = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(ids, fc.string(), async (tokens, identity) => {
        const fresh = await toyExecutor().run(chain(tokens));
        await remember(identity, async () => toyExecutor()).run(chain(tokens));
        const again = remember(identity, () => Promise.reject(new Error('opened')));
        expect(await again.run(chain(tokens))).toEqual(fresh);
        expect({ ...again }.counts).toEqual({ remembered: 1, computed: 0 });
      }),
      { numRuns: 50 },
    );
  });

  it('never answers for another model, nor for another batch', async () => {
    await remember('a', async () => toyExecutor()).run(chain([1, 2, 3]));
    const opened = new Error('opened');
    const other = (identity: string): Executor => remember(identity, () => Promise.reject(opened));
    await expect(other('b').run(chain([1, 2, 3]))).rejects.toBe(opened);
    await expect(other('a').run(chain([1, 2, 4]))).rejects.toBe(opened);
    await expect(other('a').run(chain([1, 2, 3], [1, 2, 4]))).rejects.toBe(opened);
    await expect(other('a').run({ ...chain([1, 2, 3]), positions: Int32Array.of(0, 1, 1) })).rejects.toBe(opened);
  });

  it('keeps which requests are undecided', async () => {
    const unresolved = Uint8Array.of(0, 1, 0);
    await remember('a', async () => toyExecutor({ unresolved: () => unresolved })).run(chain([1, 2, 3]));
    const again = await remember('a', () => Promise.reject(new Error('opened'))).run(chain([1, 2, 3]));
    expect(again.unresolved).toEqual(unresolved);
  });

  it('computes a batch anew after it failed', async () => {
    await expect(remember('a', () => Promise.reject(new Error('no memory'))).run(chain([1]))).rejects.toThrow(
      'no memory',
    );
    expect((await remember('a', async () => toyExecutor()).run(chain([1]))).greedyIds).toHaveLength(1);
  });

  it('waits for another process that computes the same batch, and takes what it gives', async () => {
    const other = openRunStore(folder);
    try {
      let finish = (): void => {};
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const slow = remember('a', async () => ({
        ...toyExecutor(),
        run: (batch) => gate.then(() => toyExecutor().run(batch)),
      }));
      const first = slow.run(chain([1, 2]));
      // Two connections of one process have one owner: the claim is made to look like that of a process that lives.
      await new Promise((resolve) => setTimeout(resolve, 5));
      asIfOf(`${hostname()} ${process.ppid}`);
      const second = rememberingExecutor(other.batches, {
        identity: 'a',
        contextLength: 64,
        vocabularySize: 13,
        open: () => Promise.reject(new Error('computed twice')),
      }).run(chain([1, 2]));
      finish();
      expect(await second).toEqual(await first);
    } finally {
      other.close();
    }
  });

  it('takes over the claim of a process that is gone', async () => {
    const opened = new Error('opened');
    let attempts = 0;
    const failing = remember('a', async () => {
      attempts++;
      asIfOf(`${hostname()} 999999999`);
      throw opened;
    });
    await expect(failing.run(chain([1, 2]))).rejects.toBe(opened);
    await expect(failing.run(chain([1, 2]))).rejects.toBe(opened);
    expect(attempts).toBe(1);
    expect((await remember('a', async () => toyExecutor()).run(chain([1, 2]))).greedyIds).toHaveLength(2);
  });
});

/** Writes another owner into every claim. */
function asIfOf(owner: string): void {
  const database = new DatabaseSync(store.file);
  database.prepare('UPDATE claims SET owner = ?').run(owner);
  database.close();
}
