/** Harnesses share nothing: stores, records, plugins and temporary files are those of one, also where two are open at once. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type Reporter, silentReporter } from '@linchpin/execution';
import type { Intervention, InterventionPlugin, RecordedRun } from '@linchpin/plugin-api';
import { inspectStore, openRunStore } from '@linchpin/run-store';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import type { Harness, HarnessOptions } from '../src/harness.ts';
import { openHarness } from '../src/open-harness.ts';
import { plugins } from '../src/generated/plugins.ts';

const root = temporaryFolder();

/** Closed by what the test itself does, or at its end. */
async function withHarnesses(
  [one, other]: readonly [HarnessOptions, HarnessOptions],
  work: (one: Harness, other: Harness) => Promise<void>,
): Promise<void> {
  const harnesses = [await openHarness({ threads: 1, ...one }), await openHarness({ threads: 1, ...other })] as const;
  try {
    await work(...harnesses);
  } finally {
    for (const harness of harnesses) await harness.close();
  }
}

/** Lets parts begin only when all of so many harnesses have come as far. */
function inStep(parties: number): Reporter {
  const waiting: (() => void)[] = [];
  const come = async (): Promise<void> => {
    const all = new Promise<void>((resolve) => waiting.push(resolve));
    if (waiting.length === parties) for (const go of waiting.splice(0)) go();
    await all;
  };
  return {
    ...silentReporter,
    begin: (parts) => ({
      async part(_label, _total, work) {
        const isShared = (typeof parts === 'number' ? parts : parts.length) > 1;
        if (isShared) await come();
        const result = await work(() => {});
        if (isShared) await come();
        return result;
      },
    }),
  };
}

/** What the one run of a store has recorded. */
function runOf(folder: string): RecordedRun {
  const store = openRunStore(folder);
  try {
    expect(store.runs.list()).toHaveLength(1);
    return store.runs.read('latest');
  } finally {
    store.close();
  }
}

/** `task`, and how many items. */
function partsOf({ parts }: RecordedRun): string[] {
  return parts.map(({ rows, items }) => `${rows[0]!.task} ${items.length}`);
}

describe('two harnesses in one process', () => {
  it('record into their own stores, and remember in them, while they compute at once', async () => {
    const [one, other] = [join(root, 'one'), join(root, 'other')];
    const reporter = inStep(2);
    await withHarnesses(
      [
        { store: one, command: ['one'], reporter },
        { store: other, command: ['other'], reporter },
      ],
      async (first, second) => {
        const evaluate = async (harness: Harness, tasks: readonly string[]): Promise<unknown> =>
          await harness.evaluate(await harness.open(), { tasks, limit: 4 });
        await Promise.all([
          evaluate(first, ['piqa', 'sciq', 'winogrande']),
          evaluate(second, ['piqa', 'arc_easy', 'winogrande']),
        ]);
        expect(await second.close()).toMatch(/\w/);
        // The store of the first is still open.
        await first.perplexity(await first.open(), { corpus: 'wikitext2', windows: 1 });
      },
    );
    const [ofOne, ofOther] = [runOf(one), runOf(other)];
    expect([ofOne.command, ofOther.command]).toEqual([['one'], ['other']]);
    expect(partsOf(ofOne)).toEqual(['piqa 4', 'sciq 4', 'winogrande 4', 'wikitext2 1']);
    expect(partsOf(ofOther)).toEqual(['piqa 4', 'arc_easy 4', 'winogrande 4']);
    expect(ofOther.parts[0]!.items).toEqual(ofOne.parts[0]!.items);
    // What one has computed did not answer for the other.
    for (const folder of [one, other]) expect(inspectStore(folder)?.batches).toBeGreaterThan(0);
  });

  it('know the plugins that they were given, and no others', async () => {
    const intervention: Intervention = { name: 'own', version: 1, settings: {}, edit() {} };
    const own: InterventionPlugin = {
      name: 'own',
      summary: 'Does nothing.',
      options: {},
      schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
      create: () => intervention,
    };
    await withHarnesses([{ plugins: [own] }, {}], async (knows, knowsNot) => {
      const { interventions } = await knows.chain(await knows.open(), ['own']);
      expect(interventions).toEqual([intervention]);
      await expect(knowsNot.chain(await knowsNot.open(), ['own'])).rejects.toMatchObject({
        code: 'harness/unknown-intervention',
      });
      expect(plugins.map(({ name }) => name)).not.toContain('own');
    });
  });
});

describe('close', () => {
  it('closes the store and ends the record, once', async () => {
    const folder = join(root, 'closed');
    const harness = await openHarness({ store: folder });
    const store = (await harness.openStore())!;
    await harness.perplexity(await harness.open(), { corpus: 'wikitext2', windows: 1 });
    const id = await harness.close('interrupted');
    expect(() => store.runs.list()).toThrow('database is not open');
    expect(await harness.close()).toBeUndefined();
    expect(runOf(folder)).toMatchObject({ id, status: 'interrupted' });
  });

  it('removes temporary files, and takes its handler off the process', async () => {
    const handlers = process.listenerCount('exit');
    const harness = await openHarness();
    const file = join(root, 'half-written');
    writeFileSync(file, '');
    harness.context.temporaryFiles.note(file);
    expect(process.listenerCount('exit')).toBe(handlers + 1);
    await harness.close();
    expect(existsSync(file)).toBe(false);
    expect(process.listenerCount('exit')).toBe(handlers);
  });

  it('makes no store of what has recorded and asked nothing', async () => {
    const folder = join(root, 'never');
    const harness = await openHarness({ store: folder });
    expect(await harness.close()).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });
});
