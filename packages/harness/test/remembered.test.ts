/** What is remembered of variants: comparisons are given again without the model, and versions of plugins are kept apart. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Chain, original } from '@linchpin/execution';
import type { PairedComparison } from '@linchpin/metrics';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import type { Harness, HarnessOptions } from '../src/harness.ts';
import { openHarness } from '../src/open-harness.ts';
import { withReference, withVariant } from '../src/variant.ts';

const root = temporaryFolder();

async function withHarness<T>(options: HarnessOptions, work: (harness: Harness) => Promise<T>): Promise<T> {
  const harness = await openHarness({ threads: 1, ...options });
  try {
    return await work(harness);
  } finally {
    await harness.close();
  }
}

/** From now on a result that is computed is an error. */
function seal(store: string): void {
  const database = new DatabaseSync(join(store, 'store.sqlite'));
  database.exec(`CREATE TRIGGER sealed BEFORE INSERT ON batches BEGIN SELECT RAISE(ABORT, 'computed again'); END`);
  database.close();
}

it('gives a comparison with a reference again, without the model', { timeout: 60_000 }, async () => {
  const store = join(root, 'paired');
  const weights = [{ layer: 1, row: 100, column: 300 }];
  const pruned: Chain = { label: 'Pruned', interventions: [pruneSuperWeight({ weights })] };
  const compared = async (options: HarnessOptions): Promise<PairedComparison> =>
    await withHarness(options, async (harness) => {
      const { context } = harness;
      const opened = await harness.open();
      return await withReference(opened, original, {
        context,
        work: (reference) =>
          withVariant(opened, pruned, {
            context,
            reference,
            async work({ model, paired }) {
              const request = { context: [1, 300, 411], continuation: [12, 900, 33] };
              for await (const results of model.score([[request]])) expect(results).toHaveLength(1);
              return paired!.figures();
            },
          }),
      });
    });
  const fresh = await compared({});
  expect(fresh.klDivergence.value).toBeGreaterThan(0);
  expect(await compared({ store })).toEqual(fresh);
  seal(store);
  expect(await compared({ store })).toEqual(fresh);
  await expect(compared({ store, fresh: true })).rejects.toMatchObject({ code: 'run-store/not-writable' });
});

it('computes anew for an intervention of which only the version differs', { timeout: 60_000 }, async () => {
  const chain = (version: number): Chain => ({
    label: 'test',
    interventions: [{ name: 'test', version, settings: {}, edit: () => {} }],
  });
  await withHarness({ store: join(root, 'versions') }, async (harness) => {
    const { context } = harness;
    const opened = await harness.open();
    const counts = async (version: number): Promise<object> =>
      await withVariant(opened, chain(version), {
        context,
        async work({ model, batches }) {
          const request = { context: [5, 6], continuation: [7] };
          for await (const results of model.score([[request]])) expect(results).toHaveLength(1);
          return { remembered: batches?.remembered, computed: batches?.computed };
        },
      });
    expect(await counts(1)).toEqual({ remembered: 0, computed: 1 });
    expect(await counts(1)).toEqual({ remembered: 1, computed: 0 });
    expect(await counts(2)).toEqual({ remembered: 0, computed: 1 });
  });
});
