import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchOutput, PackedBatch } from '@linchpin/plugin-api';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRunStore, type RunStore } from './open-store.ts';
import { type BatchRunner, rememberingRunner, type RememberingRunner } from './remembering-runner.ts';

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

function batchOf(id: number): PackedBatch {
  const one = Int32Array.of(0);
  const tokenIds = Int32Array.of(id);
  return {
    rows: 1,
    rowLength: 1,
    tokenIds,
    positions: one,
    subtreeEnds: Int32Array.of(1),
    scoredTokens: one,
    targetRows: one,
    targetIds: tokenIds,
  };
}

/** An output that says which batch and point it is of. */
function outputOf(batch: PackedBatch, point: string): BatchOutput {
  const id = batch.tokenIds[0]!;
  return {
    logProbabilities: Float32Array.of(-id - point.charCodeAt(0) / 7),
    greedyIds: Int32Array.of(id),
    activations: new Map([[point, Float32Array.of(id)]]),
  };
}

/** A runner of the points, and what was asked of it. */
function swept(points: readonly string[], fresh = false): { runner: RememberingRunner; asked: string[] } {
  const asked: string[] = [];
  const opened: BatchRunner = {
    async run(batch, wanted) {
      asked.push(wanted.map((index) => points[index]).join(''));
      return wanted.map((index) => outputOf(batch, points[index]!));
    },
    release: async () => {},
  };
  return {
    runner: rememberingRunner(store.batches, { identities: points, fresh, open: async () => opened }),
    asked,
  };
}

it('computes only the outputs that are missing', async () => {
  const first = swept(['a', 'b']);
  const all = swept(['c', 'b', 'a', 'd']);
  const batch = batchOf(5);
  expect(await first.runner.run(batch)).toEqual(['a', 'b'].map((point) => outputOf(batch, point)));
  for (let time = 0; time < 2; time++)
    expect(await all.runner.run(batch)).toEqual(['c', 'b', 'a', 'd'].map((point) => outputOf(batch, point)));
  expect([first.asked, all.asked]).toEqual([['ab'], ['cd']]);
  expect(all.runner.counts).toEqual({ remembered: 1, computed: 1 });
});

it('computes everything again where it is to be fresh', async () => {
  await swept(['a', 'b']).runner.run(batchOf(1));
  const again = swept(['a', 'b'], true);
  await again.runner.run(batchOf(1));
  expect(again.asked).toEqual(['ab']);
});

it('gives what the model gives, whatever was asked before, and never computes a thing twice', async () => {
  const points = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
  const questions = fc.array(fc.tuple(points, fc.nat(2)), { minLength: 1, maxLength: 12 });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(questions, async (asked) => {
      const computed: string[] = [];
      const offset = 3 * round++;
      for (const [wanted, id] of asked) {
        const { runner, asked: run } = swept(wanted);
        const batch = batchOf(offset + id);
        expect(await runner.run(batch)).toEqual(wanted.map((point) => outputOf(batch, point)));
        for (const point of run.join('')) computed.push(`${id}${point}`);
      }
      expect(computed).toHaveLength(new Set(computed).size);
    }),
    { numRuns: 20 },
  );
});

it('has nothing to release of a model that could not be opened, and releases another one once', async () => {
  let releases = 0;
  const release = async (): Promise<void> => void releases++;
  const broken = rememberingRunner(store.batches, {
    identities: ['x'],
    open: () => Promise.reject(new Error('no memory')),
  });
  await expect(broken.run(batchOf(1))).rejects.toThrow('no memory');
  await expect(broken.release()).resolves.toBeUndefined();
  const runner = rememberingRunner(store.batches, {
    identities: ['y'],
    open: async () => ({ run: async (batch) => [outputOf(batch, 'y')], release }),
  });
  await runner.run(batchOf(1));
  for (let time = 0; time < 2; time++) await runner.release();
  expect(releases).toBe(1);
});
