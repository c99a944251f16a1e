/** Gradients of tiny models of every family against torch in float64 (golden/generate.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  families,
  type LaidTraining,
  layTraining,
  openDecoder,
  type Recomputation,
  type TrainingOptions,
} from '@linchpin/models';
import { readHeader, readTensor } from '@linchpin/safetensors';
import { temporaryFolder } from '@linchpin/testing';
import { expectGradients } from './expect-gradients.ts';
import { describe, expect, it } from 'vitest';
import { evaluateTraining, openTraining, runTraining, type TrainingBatch, valuesOf } from './run-training.ts';
import { writeTinyCheckpoint } from './tiny-checkpoint.ts';

interface GoldenCase extends TrainingBatch {
  readonly config: Readonly<Record<string, unknown>> & { readonly model_type: string };
  readonly loss: number;
  /** Of torch in float32, relative to the largest entry of a tensor. */
  readonly float32_error: number;
}

const golden = join(import.meta.dirname, 'golden');
const cases = JSON.parse(readFileSync(join(golden, 'cases.json'), 'utf8')) as Readonly<Record<string, GoldenCase>>;

it('has every family', () => {
  const tested = new Set(Object.values(cases).map(({ config }) => config.model_type));
  expect(families.filter(({ modelTypes }) => !modelTypes.some((type) => tested.has(type)))).toEqual([]);
});

const layouts: readonly (readonly [string, Omit<TrainingOptions, 'trained'>])[] = [
  ['kept', {}],
  ['recomputed by layers', { recompute: 'layers' }],
  [
    'recomputed by half layers, the loss by chunks, attention by blocks',
    { recompute: 'half-layers', chunks: 3, attentionByBlocks: true },
  ],
];

describe.each(Object.entries(cases))('%s', (name, { config, ids, labels, loss, float32_error: float32Error }) => {
  const folder = temporaryFolder();

  async function references(): Promise<ReadonlyMap<string, Float32Array>> {
    const { tensors } = await readHeader(join(golden, `${name}.safetensors`));
    await writeTinyCheckpoint(folder, config, new Map([...tensors].map(([key, { shape }]) => [key, shape])));
    const decoder = await openDecoder(folder);
    const oriented = [...decoder.tensors].map(async ([key, tensor]): Promise<[string, Float32Array]> => [
      key,
      await readTensor({ ...tensor, file: join(golden, `${name}.safetensors`), ...placeOf(tensors.get(key)!) }),
    ]);
    return new Map(await Promise.all(oriented));
  }

  it('keeps a value more a layer where half a layer is computed again, and for it computes a product less', async () => {
    const trained = [...(await references()).keys()];
    const decoder = await openDecoder(folder);
    const lay = async (recompute: Recomputation): Promise<LaidTraining> =>
      await layTraining(decoder, { trained, recompute });
    const [layers, halves] = [await lay('layers'), await lay('half-layers')];
    const more = keptBy(halves) - keptBy(layers);
    expect(keptBy(layers)).toBeLessThan(keptBy(await lay(false)));
    expect([0, decoder.config.layers - 1]).toContain(more);
    expect(productsAgain(layers) - productsAgain(halves)).toBe(more);
  });

  it.each(layouts)('has the gradients of torch, activations %s', async (_, options) => {
    const expected = await references();
    const training = await layTraining(await openDecoder(folder), { ...options, trained: [...expected.keys()] });
    const values = await valuesOf(training);
    const session = await openTraining(training);
    const run = await runTraining(session, training, { batch: { ids, labels }, values });
    await session.release();
    // In float32, no model need be further off than torch is in float32, twice over.
    const rounding = Math.max(1e-5, 2 * float32Error);
    expectGradients(run, { loss, gradients: expected }, { loss: 2e-6, gradients: rounding });
    // In float64, tables and constants that the graph has in float32 are what is left.
    const evaluated = evaluateTraining(training, { ids, labels }, values);
    expectGradients(evaluated, { loss, gradients: expected }, { loss: 3e-7, gradients: 3e-6 });
  });
});

/** Values of the forward pass that gradients read: what has to be kept for them. */
function keptBy({ graph }: Pick<LaidTraining, 'graph'>): number {
  const first = graph.nodes.findIndex(({ outputs }) => /^gradient:|:again$/.test(outputs[0]!));
  const forward = new Set(graph.nodes.slice(0, first).flatMap(({ outputs }) => outputs));
  const read = graph.nodes.slice(first).flatMap(({ inputs }) => inputs.filter((name) => forward.has(name)));
  return new Set(read).size;
}

function productsAgain({ graph }: Pick<LaidTraining, 'graph'>): number {
  return graph.nodes.filter(({ outputs }) => outputs[0]!.endsWith(':product:again')).length;
}

function placeOf({ offset, length }: { readonly offset: number; readonly length: number }): {
  offset: number;
  length: number;
} {
  return { offset, length };
}
