/** Files that are made for a graph are gone when whatever was opened over it is released, whether the store answered or not. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Decoder, layCheckpoint, type LayOptions, laySteps, openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { openRunStore, type RunStore } from '@linchpin/run-store';
import { createStepModel } from '@linchpin/runtime';
import { sequenceBatch, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ExecutionParts, openExecutor, openParameters, openSweep } from '../src/open-executor.ts';
import { ReferenceModel } from '../src/reference-model.ts';
import { createContext } from '../src/run-context.ts';

const root = temporaryFolder();
const encodedFolder = join(root, 'encoded');
/** Every matrix of the layer becomes a copy; a number may be set at run time. */
const negated: Intervention = {
  name: 'negate',
  version: 1,
  settings: {},
  edit(model) {
    for (const name of model.layerMatrices)
      model.weight(name).map((values) => values.forEach((x, at) => (values[at] = -x)));
    model.weight('model.layers.0.mlp.down_proj.weight').scale(0, 0, model.parameter('factor', 1));
  },
};
const interventions = [negated];
const batch = sequenceBatch([1, 5, 2], 17);
let decoder: Decoder;

beforeAll(async () => {
  const shape = { layers: 1, hidden: 8, heads: 2, keyValueHeads: 1, intermediate: 9, contextLength: 24, spread: 0.5 };
  await writeRandomLlama(join(root, 'model'), { ...shape, vocabulary: 17, dtype: 'F32', tied: false, seed: 1 });
  decoder = await openDecoder(join(root, 'model'));
});
const stores: RunStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

function filesLeft(): number {
  const folder = join(encodedFolder, 'edited');
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

const options = { interventions, encodedFolder, mostCopiedBytes: 0 };
const lay = async (more: LayOptions = {}) => await layCheckpoint(decoder, { ...options, ...more });

type Open = (store: string | false) => Promise<{ run: () => Promise<unknown>; release: () => Promise<void> }>;

const openings: Readonly<Record<string, Open>> = {
  async executor(store) {
    const executor = await openExecutor(await lay(), partsOf(store));
    return { run: () => executor.run(batch), release: () => executor.release() };
  },
  async sweep(store) {
    const executor = await openSweep(await lay(), { parameter: 'factor', values: [0, 1] }, partsOf(store));
    return { run: () => executor.run(batch), release: () => executor.release() };
  },
  async 'model with run-time numbers'(store) {
    const model = await openParameters(await lay(), partsOf(store));
    return { run: () => model.run(batch, new Map([['factor', 2]])), release: () => model.release() };
  },
  async pair(store) {
    const parts = partsOf(store);
    const reference = new ReferenceModel(await lay({ comparison: 'reference' }), parts);
    const pair = await reference.compare(await lay({ comparison: 'compared' }), parts);
    return {
      run: () => pair.run(batch),
      async release() {
        await pair.release();
        await reference.release();
      },
    };
  },
};

function partsOf(folder: string | false): ExecutionParts {
  const store = folder === false ? undefined : openRunStore(folder);
  if (store !== undefined) stores.push(store);
  const context = createContext({ settings: { threads: 1 }, openStore: async () => store });
  return { checkpoint: decoder.checkpoint, chain: { interventions }, context };
}

describe.each(Object.entries(openings))('files of a graph: %s', (name, open) => {
  it.each([
    ['without a store', false],
    ['at the first run with a store', join(root, name)],
    ['where the store answers', join(root, name)],
  ] as const)('are removed %s', async (_, store) => {
    const opened = await open(store);
    expect(filesLeft()).toBeGreaterThan(0);
    await opened.run();
    await opened.release();
    expect(filesLeft()).toBe(0);
    await opened.release();
  });
});

it('removes the files of a model that writes', async () => {
  const model = await createStepModel(await laySteps(decoder, options));
  expect(filesLeft()).toBeGreaterThan(0);
  await model.begin().feed([1, 2]);
  await model.release();
  expect(filesLeft()).toBe(0);
});

it('removes the files of a graph that cannot be laid', async () => {
  const family = {
    ...decoder.family,
    build() {
      throw new Error('cannot be laid');
    },
  };
  await expect(layCheckpoint({ ...decoder, family }, options)).rejects.toThrow('cannot be laid');
  await expect(laySteps({ ...decoder, family }, options)).rejects.toThrow('cannot be laid');
  expect(filesLeft()).toBe(0);
});
