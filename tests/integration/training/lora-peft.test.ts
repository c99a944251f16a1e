/** Adapters of PEFT against PEFT (peft/generate.py), and trained ones as PEFT loads them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { doraMethod, lora, loraMethod } from '@linchpin/plugin-lora';
import { readHeader } from '@linchpin/safetensors';
import { largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { writeTinyCheckpoint } from '../gradients/tiny-checkpoint.ts';
import { openExecutor } from '../open-executor.ts';
import { trainAdapter } from './train-adapter.ts';

interface GoldenCase {
  /** Of the models of ../gradients/golden. */
  readonly model: string;
  readonly ids: readonly (readonly number[])[];
  /** ln p(id[t+1] | id[0..t]) of every sequence, of PEFT in float64. */
  readonly merged: readonly (readonly number[])[];
  /** Of PEFT in float32. */
  readonly float32_error: number;
}

const peft = join(import.meta.dirname, 'peft');
const models = join(import.meta.dirname, '../gradients/golden');
const cases = JSON.parse(readFileSync(join(peft, 'cases.json'), 'utf8')) as Readonly<Record<string, GoldenCase>>;
const configs = JSON.parse(readFileSync(join(models, 'cases.json'), 'utf8')) as Readonly<
  Record<string, { readonly config: Readonly<Record<string, unknown>> }>
>;

async function writeModel(folder: string, model: string): Promise<void> {
  const { tensors } = await readHeader(join(models, `${model}.safetensors`));
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  await writeTinyCheckpoint(folder, configs[model]!.config, shapes);
}

async function scores(
  folder: string,
  adapter: string | undefined,
  ids: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  const executor = await openExecutor(folder, { interventions: adapter === undefined ? [] : [lora(adapter)] });
  const found: Float32Array[] = [];
  for (const row of ids) found.push((await runSequence(executor, row)).nextLogProbabilities);
  await executor.release();
  return found;
}

function farthest(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  return Math.max(...a.map((row, index) => largestDifference(row, b[index]!)));
}

describe.each(Object.entries(cases))('%s', (name, { model, ids, merged, float32_error: float32Error }) => {
  const folder = temporaryFolder();

  it('scores as PEFT does behind merge_and_unload', async () => {
    await writeModel(folder, model);
    const got = await scores(folder, join(peft, 'adapters', name), ids);
    // No further off than PEFT is in float32, twice over, with a floor for sums in another order.
    expect(farthest(got, merged)).toBeLessThan(Math.max(2e-6, 2 * float32Error));
  });
});

const python = process.env['LINCHPIN_PEFT_PYTHON'];
const why = python === undefined ? ' (skipped: LINCHPIN_PEFT_PYTHON names no Python with peft)' : '';

describe.skipIf(python === undefined)(`what is trained here, loaded by PEFT${why}`, () => {
  const folder = temporaryFolder();
  const out = temporaryFolder();

  it.each([
    ['llama', loraMethod, { r: 4 }],
    ['llama', doraMethod, { r: 4, useRslora: true, targetModules: ['q_proj', 'gate_proj'] }],
    ['llama-tied-biases', doraMethod, { r: 4 }],
    ['gpt2', loraMethod, { r: 4 }],
    ['gpt2', doraMethod, { r: 4 }],
    ['gpt-neox', doraMethod, { r: 4 }],
    ['opt', loraMethod, { r: 4 }],
    ['phi3', doraMethod, { r: 4 }],
    ['qwen3', doraMethod, { r: 3, alpha: 5 }],
  ])('%s, %o', async (model, method, options) => {
    await writeModel(folder, model);
    const { ids } = Object.values(cases)[0]!;
    const examples = ids.map((row) => ({ ids: Int32Array.from(row), from: 1 }));
    const settings = { steps: 3, learningRate: 0.05 };
    const { losses } = await trainAdapter({ folder, method, options, examples, settings, out });
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const script = [join(peft, 'scores.py'), folder, out, JSON.stringify(ids)];
    const { stdout } = await promisify(execFile)(python!, script, { maxBuffer: 2 ** 26 });
    const theirs = JSON.parse(stdout) as Readonly<Record<'beside' | 'merged', readonly (readonly number[])[]>>;
    const ours = await scores(folder, out, ids);
    expect(farthest(ours, await scores(folder, undefined, ids))).toBeGreaterThan(0.05);
    expect(farthest(ours, theirs.merged)).toBeLessThan(5e-6);
    expect(farthest(ours, theirs.beside)).toBeLessThan(5e-6);
  });
});
