/** A checkpoint that was exported scores as the model that was edited, here to the bit and in transformers within float32. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exportModel } from '@linchpin/exporting';
import { type Harness, openHarness } from '@linchpin/harness';
import { layCheckpoint, type LayOptions, openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import { largestDifference, repositoryRoot, runSequence, temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelFolder } from '@linchpin/model-mini';

const root = temporaryFolder();
const format = 'safetensors';
const ids = [1, 532, 1039, 477, 1462, 290, 263, 1984, 16, 1156, 1605, 462, 815];
const down = 'model.layers.1.mlp.down_proj.weight';

function intervention(name: string, edit: Intervention['edit']): Intervention {
  return { name, version: 1, settings: null, edit };
}

/** 0, which float16 holds, in one row; and numbers that it does not hold, in a whole matrix. */
const pruned = intervention('pruned', (model) => model.weight(down).set(100, 300, 0));
const finer = intervention('finer', (model) =>
  model
    .weight('model.layers.0.mlp.up_proj.weight')
    .map((values) => values.forEach((value, at) => (values[at] = value * 1.0003))),
);

async function scores(folder: string, options: LayOptions = {}) {
  const executor = await createExecutor(await layCheckpoint(await openDecoder(folder), options));
  try {
    const { nextLogProbabilities, lastLogProbabilities } = await runSequence(executor, ids);
    return { nextLogProbabilities, lastLogProbabilities };
  } finally {
    await executor.release();
  }
}

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness({ threads: 1 });
  const mini = await harness.open('mini');
  await exportModel(harness, mini, { format, out: join(root, 'pruned'), interventions: [pruned] });
  await exportModel(harness, mini, { format, out: join(root, 'finer'), interventions: [pruned, finer] });
}, 60_000);
afterAll(async () => void (await harness.close()));

describe('loaded again', () => {
  it.each([
    ['pruned', [pruned]],
    ['finer', [pruned, finer]],
  ])('%s has the scores of the edited model, to the bit', async (name, interventions) => {
    const edited = await scores(modelFolder, { interventions, editedRows: 'within' });
    expect(await scores(join(root, name))).toEqual(edited);
    const [before, apart] = [await scores(modelFolder), await scores(modelFolder, { interventions })];
    expect(largestDifference(edited.lastLogProbabilities, before.lastLogProbabilities)).toBeGreaterThan(0.1);
    // Rows that are computed apart are summed in another order: steps of float32 between 8 and 16.
    expect(largestDifference(edited.lastLogProbabilities, apart.lastLogProbabilities)).toBeLessThan(1e-5);
  });

  it('keeps float16 where that holds the edit, and says float32 where it does not', async () => {
    const typesOf = async (name: string): Promise<Record<string, number>> => {
      const { checkpoint } = await openDecoder(join(root, name));
      const counts = Map.groupBy(checkpoint.tensors.values(), ({ dtype }) => dtype);
      return Object.fromEntries([...counts].map(([dtype, tensors]) => [dtype, tensors.length]));
    };
    expect(await typesOf('pruned')).toEqual({ F16: 74 });
    expect(await typesOf('finer')).toEqual({ F16: 73, F32: 1 });
    const configured = (name: string): unknown =>
      (JSON.parse(readFileSync(join(root, name, 'config.json'), 'utf8')) as { torch_dtype: unknown }).torch_dtype;
    expect([configured('pruned'), configured('finer')]).toEqual(['float16', 'float32']);
  });
});

it('names the type of the weights where the source names none, as GGUF does', async () => {
  const gguf = await harness.open(join(repositoryRoot, 'packages/models/test/fixtures/gguf/llama.gguf'));
  const out = join(root, 'gguf');
  await exportModel(harness, gguf, { format, out });
  const types = new Set([...gguf.checkpoint.tensors.values()].map(({ dtype }) => dtype));
  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as { torch_dtype: unknown };
  expect([[...types].toSorted(), config.torch_dtype]).toEqual([['BF16', 'F16', 'F32'], 'float32']);
});

const python = process.env['LINCHPIN_TRANSFORMERS_PYTHON'];
const why = python === undefined ? ' (skipped: LINCHPIN_TRANSFORMERS_PYTHON names no Python with transformers)' : '';

describe.skipIf(python === undefined)(`loaded by transformers${why}`, { timeout: 300_000 }, () => {
  it.each(['pruned', 'finer'])('%s has the same scores within float32', async (name) => {
    const script = [join(import.meta.dirname, 'scores.py'), join(root, name), JSON.stringify([ids])];
    const { stdout } = await promisify(execFile)(python!, script, { maxBuffer: 2 ** 26 });
    const [theirs] = JSON.parse(stdout) as number[][];
    const { nextLogProbabilities } = await scores(join(root, name));
    expect(largestDifference(nextLogProbabilities, Float32Array.from(theirs!))).toBeLessThan(2e-5);
  });
});
