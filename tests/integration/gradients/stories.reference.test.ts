/** Gradients of a trained model against torch (golden/smt of the shared folder), whole and of blocks. */
import { layTraining, openDecoder, type TrainingOptions } from '@linchpin/models';
import { readHeader, readTensor } from '@linchpin/safetensors';
import { describeShared, largestDifference, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { expectGradients } from './expect-gradients.ts';
import { openTraining, runTraining, type TrainingBatch, type TrainingResult, valuesOf } from './run-training.ts';

const model = 'models/stories260K';
const selection = 'golden/smt/stories260K_selection.json';
const stored = 'golden/smt/stories260K_gradients.safetensors';

interface Golden {
  readonly batch: {
    readonly input_ids: readonly (readonly number[])[];
    readonly labels: readonly (readonly number[])[];
  };
  readonly loss: number;
}

async function run(options: TrainingOptions, batch: TrainingBatch): Promise<TrainingResult> {
  const training = await layTraining(await openDecoder(sharedPath(model)), options);
  const session = await openTraining(training);
  const result = await runTraining(session, training, { batch, values: await valuesOf(training) });
  await session.release();
  return result;
}

describeShared('stories260K', [model, selection, stored], () => {
  const golden = (): { batch: TrainingBatch; loss: number } => {
    const { batch, loss } = readSharedJson(selection) as Golden;
    return { batch: { ids: batch.input_ids, labels: batch.labels }, loss };
  };

  async function references(): Promise<Map<string, Float32Array>> {
    const { tensors } = await readHeader(sharedPath(stored));
    const entries = [...tensors].map(async ([name, tensor]): Promise<[string, Float32Array]> => [
      name,
      await readTensor(tensor),
    ]);
    return new Map(await Promise.all(entries));
  }

  it.each([
    ['kept', {}],
    ['kept, the loss by chunks', { chunks: 3 }],
    ['kept, more chunks than targets', { chunks: 200 }],
    ['recomputed', { recompute: 'layers', chunks: 2 }],
    ['recomputed, attention by blocks', { recompute: 'half-layers', attentionByBlocks: true }],
  ] satisfies [string, Partial<TrainingOptions>][])(
    'has the gradients of torch, activations %s',
    async (_, options) => {
      const { batch, loss } = golden();
      const expected = await references();
      const got = await run({ ...options, trained: [...expected.keys()] }, batch);
      expectGradients(got, { loss, gradients: expected }, { loss: 2e-6, gradients: 1e-5 });
    },
  );

  it('gives blocks as slices of the whole gradient, in the order that they are asked for', async () => {
    const { batch, loss } = golden();
    const dense = await references();
    const places = [
      [16, 48],
      [0, 0],
      [32, 0],
      [0, 48],
    ] as const;
    const blocks = places.map(([row, column]) => ({ row, column, rows: 16, columns: 8 }));
    const names = ['q_proj', 'v_proj'].flatMap((part) =>
      [0, 3].map((layer) => `model.layers.${layer}.self_attn.${part}.weight`),
    );
    const inside = blocks.filter(({ row }) => row + 16 <= 32);
    const trained = names.map((name) => ({ name, blocks: name.includes('v_proj') ? inside : blocks }));
    const got = await run({ trained, recompute: 'half-layers' }, batch);
    expect(Math.abs(got.loss - loss)).toBeLessThan(2e-6);
    for (const { name, blocks: chosen } of trained) {
      const whole = dense.get(name)!;
      const slices = chosen.flatMap(({ row, column, rows, columns }) =>
        Array.from(
          { length: rows * columns },
          (_, i) => whole[(row + Math.floor(i / columns)) * 64 + column + (i % columns)]!,
        ),
      );
      const largest = Math.max(...whole.map(Math.abs));
      expect(largestDifference(got.gradients.get(name)!, slices) / largest).toBeLessThan(1e-5);
    }
  });
});
