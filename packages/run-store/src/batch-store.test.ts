/** What holds of every driver of a batch store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchOutput } from '@linchpin/plugin-api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchStore } from './batch-store.ts';
import { memoryBatchStore } from './memory-batch-store.ts';
import { openRunStore } from './open-store.ts';

interface OpenedDriver {
  readonly store: BatchStore;
  close(): void;
}

const drivers: Readonly<Record<string, () => OpenedDriver>> = {
  sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'linchpin-batches-'));
    const opened = openRunStore(folder);
    return {
      store: opened.batches,
      close() {
        opened.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
  memory: () => ({ store: memoryBatchStore(), close() {} }),
};

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const outputs: fc.Arbitrary<BatchOutput> = fc
  .record({
    logProbabilities: fc.float32Array({ maxLength: 5 }),
    greedyIds: fc.int32Array({ maxLength: 5 }),
    unresolved: fc.option(fc.uint8Array({ maxLength: 5 })),
    activations: fc.array(fc.tuple(fc.string(), fc.float32Array({ maxLength: 5 })), { maxLength: 3 }),
  })
  .map(({ unresolved, activations, ...others }) => ({
    ...others,
    ...(unresolved === null ? {} : { unresolved }),
    activations: new Map(activations),
  }));

describe.each(Object.entries(drivers))('a batch store: %s', (_, open) => {
  let driver: OpenedDriver;
  let store: BatchStore;
  beforeEach(() => {
    driver = open();
    ({ store } = driver);
  });
  afterEach(() => driver.close());

  it('gives back bit for bit what was put last under equal bytes, and nothing under others', async () => {
    const entries = fc.array(fc.tuple(keys, outputs), { maxLength: 4 });
    const latest = new Map<string, BatchOutput>();
    await fc.assert(
      fc.asyncProperty(entries, keys, async (given, other) => {
        await store.put(given);
        for (const [key, output] of given) latest.set(key.join(), output);
        for (const [key] of given) expect(await store.get(key.slice())).toEqual(latest.get(key.join()));
        expect(await store.get(other)).toEqual(latest.get(other.join()));
      }),
      { numRuns: 30 },
    );
  });

  it('does not change with what was given or is given back', async () => {
    const key = new Uint8Array(32);
    const output = {
      logProbabilities: Float32Array.of(-1),
      greedyIds: Int32Array.of(3),
      unresolved: Uint8Array.of(1),
      activations: new Map([['site', Float32Array.of(0.5)]]),
    };
    const expected = structuredClone(output);
    await store.put([[key, output]]);
    output.logProbabilities[0] = 0;
    output.activations.get('site')![0] = 0;
    const known = (await store.get(key))!;
    expect(known).toEqual(expected);
    known.greedyIds[0] = 0;
    known.unresolved![0] = 0;
    expect(await store.get(key)).toEqual(expected);
    key[0] = 1;
    expect(await store.get(key)).toBeUndefined();
  });

  it('lets one process claim what it computes, as often as it likes', async () => {
    const key = new Uint8Array(32).fill(9);
    await store.unclaim(key);
    for (let time = 0; time < 2; time++) expect(await store.claim(key)).toBe(true);
    expect(await store.get(key)).toBeUndefined();
    await store.unclaim(key);
    expect(await store.claim(key)).toBe(true);
    await store.put([
      [key, { logProbabilities: new Float32Array(), greedyIds: new Int32Array(), activations: new Map() }],
    ]);
    await store.unclaim(key);
    expect(await store.get(key)).toBeDefined();
  });
});
