/** What names a model's numbers and what opens its session agree, whatever happens to the machine in between. */
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { modelFolder } from '@linchpin/model-mini';
import { type Decoder, layCheckpoint, openDecoder } from '@linchpin/models';
import { graphDigest } from '@linchpin/onnx';
import type { DecoderGraph, Executor } from '@linchpin/plugin-api';
import { openRunStore, type RunStore } from '@linchpin/run-store';
import { type CastWeights, createExecutor, createReferenceExecutor, resolveSession } from '@linchpin/runtime';
import { runSequence, temporaryFolder } from '@linchpin/testing';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { identityOf } from '../src/model-identity.ts';
import { type ExecutionParts, openExecutor } from '../src/open-executor.ts';
import { ReferenceModel } from '../src/reference-model.ts';
import { createContext } from '../src/run-context.ts';

const root = temporaryFolder();
const ids = [1, 5, 2, 7, 3, 3, 11, 0];
const interventions = [] as const;
const stores: RunStore[] = [];
const enough = 2 ** 40;
let decoder: Decoder;

beforeAll(async () => {
  decoder = await openDecoder(modelFolder);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const store of stores.splice(0)) store.close();
});

/** Of the unedited model, with a store. */
function partsOf(name: string): ExecutionParts {
  const store = openRunStore(join(root, name));
  stores.push(store);
  return {
    checkpoint: decoder.checkpoint,
    chain: { interventions },
    context: createContext({ openStore: async () => store }),
  };
}

async function scored(executor: Executor): Promise<Float32Array> {
  try {
    return (await runSequence(executor, ids)).lastLogProbabilities;
  } finally {
    await executor.release();
  }
}

/** What a session gives that is opened for nothing else. */
async function fresh(castWeights: CastWeights): Promise<Float32Array> {
  const laid = await layCheckpoint(decoder);
  return await scored(await createExecutor(laid, resolveSession(laid, { castWeights })));
}

it('keeps in the store what a fresh session gives, though memory becomes scarce before the session opens', async () => {
  const free = vi.spyOn(process, 'availableMemory').mockReturnValue(enough);
  const parts = partsOf('store');
  const open = async () => await openExecutor(await layCheckpoint(decoder), parts);
  const first = await open();
  free.mockReturnValue(0);
  const computed = await scored(first);
  free.mockReturnValue(enough);
  const again = await open();
  expect(await scored(again)).toEqual(computed);
  expect(again.batches).toMatchObject({ remembered: 1, computed: 0 });
  expect(computed).toEqual(await fresh('once'));
  // The two casts do not give the same numbers here: otherwise nothing were shown.
  expect(computed).not.toEqual(await fresh('every-batch'));
});

it('does so for a pair', async () => {
  const laid = async (comparison: NonNullable<DecoderGraph['comparison']>) =>
    await layCheckpoint(decoder, { comparison });
  const free = vi.spyOn(process, 'availableMemory').mockReturnValue(enough);
  const parts = partsOf('pairs');
  const reference = new ReferenceModel(await laid('reference'), parts);
  const pair = await reference.compare(await laid('compared'), parts);
  free.mockReturnValue(0);
  const computed = await scored(pair);
  await reference.release();
  free.mockReturnValue(enough);
  const opened = await createReferenceExecutor(await laid('reference'));
  expect(computed).toEqual(await scored(await opened.compare(await laid('compared'))));
  await opened.release();
});

it('names a model by what it always was named by: stores go on to answer', async () => {
  const laid = await layCheckpoint(decoder);
  const settings = resolveSession(laid, { threads: 1, castWeights: 'every-batch' });
  const content = {
    format: 2,
    modelSha256: await decoder.checkpoint.contentHash(),
    chain: [],
    graph: graphDigest(laid.graph),
    contextLength: decoder.config.contextLength,
    parameters: [],
    execution: 'float32',
    castWeights: 'every-batch',
    engine: settings.engine,
    threads: 1,
    processor: `${process.arch} ${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`,
  };
  const expected = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  expect(await identityOf(laid, { checkpoint: decoder.checkpoint, interventions, settings })).toBe(expected);
});
