/**
 * A cached result equals a fresh one, bit for bit, whatever the store knows of other models: over random small models,
 * random chains of interventions and random questions, each with a twin that differs in one scalar, one entry of the
 * tokenizer, one field of the config, or only in the version of a plugin. All share one store.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLanguageModel } from '@linchpin/evaluator';
import { createContext, openExecutor } from '@linchpin/execution';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { Intervention, RequestResult, TokenRequest } from '@linchpin/plugin-api';
import { amplify } from '@linchpin/plugin-amplify';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { openRunStore, type RunStore } from '@linchpin/run-store';
import { temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';

const root = temporaryFolder();
const store = openRunStore(join(root, 'store'));
afterAll(() => store.close());

const vocabulary = 17;
const ids = fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength: 6 });
const questions = fc.array(fc.array(fc.record({ context: ids, continuation: ids }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});
const weights = [{ layer: 0, row: 1, column: 2 }];
const interventions: fc.Arbitrary<Intervention> = fc.oneof(
  fc.constant(pruneSuperWeight({ weights })),
  fc.constantFrom(0, 0.02, 0.2).map((fraction) => pruneOutliers({ fraction, keep: weights })),
  fc.constantFrom(0, 0.5, 1, 2).map((factor) => amplify({ factor, weights })),
);
/** A run-time number can be named only once, and only what was pruned can be restored. */
const chains = fc
  .tuple(fc.uniqueArray(interventions, { maxLength: 3, selector: ({ name }) => name }), fc.boolean())
  .map(([chain, restores]) =>
    restores && chain.some(({ name }) => name === 'prune-super-weight')
      ? [...chain, restoreSuperActivation({ weights })]
      : chain,
  );

interface Subject {
  readonly folder: string;
  readonly chain: readonly Intervention[];
}

let made = 0;

/** No two have the same weights: the store may know nothing of a new one. */
async function newModel(): Promise<string> {
  const seed = made++;
  const folder = join(root, String(seed));
  const shape = { layers: 1, hidden: 8, heads: 2, keyValueHeads: 1, intermediate: 9, contextLength: 24, spread: 0.5 };
  await writeRandomLlama(folder, { ...shape, vocabulary, dtype: 'F32', tied: false, seed });
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ model: { vocab: { a: 0, b: 1 } } }));
  return folder;
}

/** A copy in which a file is changed in one place. */
function edited(folder: string, name: string, edit: (bytes: Buffer) => string | Buffer): string {
  const copy = join(root, String(made++));
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, name), edit(readFileSync(join(folder, name))));
  return copy;
}

/** Twins by what they differ in from the model and chain that they are of. */
const twins: Readonly<Record<string, (subject: Subject) => Subject>> = {
  scalar: ({ folder, chain }) => ({
    chain,
    // The lowest bit of the last weight.
    folder: edited(folder, 'model.safetensors', (bytes) => {
      bytes[bytes.length - 4]! ^= 1;
      return bytes;
    }),
  }),
  'tokenizer entry': ({ folder, chain }) => ({
    chain,
    folder: edited(folder, 'tokenizer.json', (bytes) => bytes.toString().replace('"b"', '"c"')),
  }),
  'config field': ({ folder, chain }) => ({
    chain,
    folder: edited(folder, 'config.json', (bytes) =>
      bytes.toString().replace('"rope_theta": 10000', '"rope_theta": 10001'),
    ),
  }),
  'plugin version': ({ folder, chain }) => ({
    folder,
    chain:
      chain.length === 0
        ? [{ name: 'nothing', version: 1, settings: {}, edit: () => {} }]
        : chain.map((each, index) => (index === 0 ? { ...each, version: each.version + 1 } : each)),
  }),
};

interface Scored {
  readonly results: readonly (readonly RequestResult[])[];
  readonly remembered: number;
  readonly computed: number;
}

async function score(
  { folder, chain }: Subject,
  groups: readonly (readonly TokenRequest[])[],
  known: RunStore | undefined,
): Promise<Scored> {
  const opened = await openDecoder(folder);
  const decoder = await layCheckpoint(opened, { interventions: chain });
  const context = createContext({ settings: { threads: 1 }, openStore: async () => known });
  const parts = { checkpoint: opened.checkpoint, chain: { interventions: chain }, context };
  const executor = await openExecutor(decoder, parts);
  try {
    const results = await Array.fromAsync(createLanguageModel(executor).score(groups));
    const { remembered = 0, computed = 0 } = executor.batches ?? {};
    return { results, remembered, computed };
  } finally {
    await executor.release();
  }
}

it('holds for random chains of interventions, and twins never share an entry', { timeout: 120_000 }, async () => {
  const subjects = fc.record({
    chain: chains,
    groups: questions,
    twin: fc.constantFrom(...Object.keys(twins)),
  });
  await fc.assert(
    fc.asyncProperty(subjects, async ({ chain, groups, twin }) => {
      const one: Subject = { folder: await newModel(), chain };
      for (const subject of [one, twins[twin]!(one)]) {
        const fresh = await score(subject, groups, undefined);
        const first = await score(subject, groups, store);
        expect(first.results).toEqual(fresh.results);
        expect(first.remembered).toBe(0);
        const again = await score(subject, groups, store);
        expect(again.results).toEqual(fresh.results);
        expect(again).toMatchObject({ remembered: first.computed, computed: 0 });
      }
    }),
    { numRuns: 16 },
  );
});
