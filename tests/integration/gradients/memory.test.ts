/** What the gradients of a model keep in memory, by the walk over the graph in onnxruntime's order. */
import { join } from 'node:path';
import { type LaidTraining, layTraining, openDecoder, type Recomputation, trainingBytes } from '@linchpin/models';
import { type LlamaShape, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const root = temporaryFolder();
const shape: Omit<LlamaShape, 'layers'> = {
  hidden: 64,
  heads: 4,
  keyValueHeads: 4,
  intermediate: 128,
  vocabulary: 64,
  contextLength: 256,
  dtype: 'F32',
  tied: false,
  seed: 1,
  spread: 0.1,
};
const batch = { rows: 2, rowLength: 256, scored: 8 };
const chunks = 1;

beforeAll(async () => {
  for (const layers of [2, 6]) await writeRandomLlama(join(root, `${layers}`), { ...shape, layers });
});

/** One block of queries in every second layer, which leaves most of what it is computed from unread by gradients of weights. */
async function layBlocks(
  layers: number,
  { recompute = false }: { readonly recompute?: Recomputation } = {},
): Promise<LaidTraining> {
  const decoder = await openDecoder(join(root, `${layers}`));
  const trained = Array.from({ length: layers / 2 }, (_, index) => ({
    name: `model.layers.${2 * index}.self_attn.q_proj.weight`,
    blocks: [{ row: 0, column: 0, rows: 16, columns: 16 }],
  }));
  return await layTraining(decoder, { trained, adapters: [], recompute, chunks, castAgain: false });
}

function heldBy(laid: LaidTraining): number {
  return trainingBytes(laid, { batch, chunks, castsEveryBatch: false }).values;
}

it('probabilities of attention are those of one layer at a time', async () => {
  const { rows, rowLength } = batch;
  const ofOneLayer = 4 * rows * shape.heads * rowLength ** 2;
  const [few, many] = [heldBy(await layBlocks(2)), heldBy(await layBlocks(6))];
  const activations = 4 * rows * rowLength * (2 * shape.intermediate + 8 * shape.hidden);
  expect(activations).toBeLessThan(ofOneLayer);
  expect((many - few) / 4).toBeLessThan(activations);
});

it('no gradient reads what an activation function gave in the forward pass', async () => {
  const { graph } = await layBlocks(2);
  const first = graph.nodes.filter(({ operator, outputs }) => operator === 'QuickGelu' && !isOfGradients(outputs[0]!));
  expect(first).toHaveLength(2);
  const given = new Set(first.flatMap(({ outputs }) => outputs));
  const readers = graph.nodes.filter(({ inputs }) => inputs.some((name) => given.has(name)));
  expect(readers.map(({ outputs }) => isOfGradients(outputs[0]!))).toEqual([false, false]);
});

describe('products that are computed again', () => {
  /** Layers in which they are, by matrix. */
  async function again(recompute: Recomputation): Promise<Record<string, string>> {
    const { graph } = await layBlocks(6, { recompute });
    const layers = (matrix: string): string =>
      graph.nodes
        .flatMap(({ outputs }) => new RegExp(`(\\d)\\.\\w+\\.${matrix}:product:again$`).exec(outputs[0]!)?.[1] ?? [])
        .join('');
    const matrices = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'];
    return Object.fromEntries(matrices.map((each) => [each, layers(`${each}_proj`)]));
  }
  // What lies behind the last checkpoint, a layer, is kept: its gradients come next.
  const below = '43210';

  it('are those whose results gradients or the layer itself need', async () => {
    const needed = { q: below, k: below, v: below, gate: below, up: below, down: '' };
    expect(await again('layers')).toEqual({ ...needed, o: below });
    expect(await again('half-layers')).toEqual({ ...needed, o: '' });
    expect(Object.values(await again(false)).join('')).toBe('');
  });
});

function isOfGradients(name: string): boolean {
  return name.startsWith('gradient:');
}
