/** Changes as run-time factors of one session, against the same changes made to the weights. */
import { nextTokens, sequenceBatch } from '@linchpin/evaluator';
import { modelFolder } from '@linchpin/model-mini';
import { layCheckpoint, mlpOutput, openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import { readTensor } from '@linchpin/safetensors';
import { expect, it } from 'vitest';
import { CheckpointProbe } from '../src/checkpoint-probe.ts';
import type { WeightChange } from '../src/model-probe.ts';

const text = [1, ...Array.from({ length: 40 }, (_, index) => 5 + 97 * index)];

function changed(changes: readonly WeightChange[]): Intervention {
  return {
    name: 'changed',
    version: 1,
    settings: null,
    async edit(model) {
      for (const { layer, row, column, change } of changes) {
        const weight = model.weight(model.mlpOutput({ layer }));
        weight.set(row, column, (await weight.original(row))[column]! + change);
      }
    },
  };
}

it('losses are those of changed weights, zeros among them, and an edit leaves nothing behind', async () => {
  const decoder = await openDecoder(modelFolder);
  const values = await readTensor(decoder.tensors.get(mlpOutput(decoder, { layer: 1 }))!);
  const columns = decoder.tensors.get(mlpOutput(decoder, { layer: 1 }))!.shape[1]!;
  const at = values.indexOf(0);
  expect(at).toBeGreaterThanOrEqual(0);
  const zero: WeightChange = { layer: 1, row: Math.floor(at / columns), column: at % columns, change: -3 };
  const superWeight: WeightChange = { layer: 1, row: 100, column: 300, change: -1.5390625 };
  const other: WeightChange = { layer: 6, row: 3, column: 5, change: 2 };
  const edits = [[], [superWeight], [zero], [other], [zero, other], []];
  const losses = await new CheckpointProbe(decoder, { prompt: text, text }).losses(edits);
  for (const [index, changes] of edits.entries()) {
    const executor = await createExecutor(await layCheckpoint(decoder, { interventions: [changed(changes)] }));
    const { logProbabilities } = await executor.run(sequenceBatch(text, nextTokens(text)));
    await executor.release();
    const expected = -logProbabilities.reduce((sum, value) => sum + value, 0) / logProbabilities.length;
    // Another order of float32 sums in the changed row.
    expect(Math.abs(losses[index]! - expected)).toBeLessThan(1e-4);
  }
  expect(new Set(losses.map((loss) => loss.toFixed(5))).size).toBe(5);
});
