/** Scalars as run-time inputs, of every family: matrices stored the other way around, fused ones, biases, caps, ALiBi. */
import { readFileSync } from 'node:fs';
import { nextTokens, sequenceBatch } from '@linchpin/evaluator';
import { type AdjustableSteps, type Decoder, layAdjustableSteps, layCheckpoint, openDecoder } from '@linchpin/models';
import { serializeGraph } from '@linchpin/onnx';
import type { ManifestMatrix, PackedTensor, PlaygroundManifest } from '@linchpin/playground';
import { createExecutor } from '@linchpin/runtime';
import { describeShared, largestDifference, readSharedJson, sharedPath } from '@linchpin/testing';
import { InferenceSession } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import type { AdjustableModel } from '../src/engine/adjusted-sequence.ts';
import type { Edit } from '../src/engine/adjustment.ts';
import { tokenLogProbabilities } from '../src/engine/text-loss.ts';
import { runnable } from './node-session.ts';

/** Two orders of summation of the same float32 products. */
const tolerance = 2e-5;

/** The weights are those of the checkpoint's one file. */
function modelOf(decoder: Decoder, steps: AdjustableSteps, session: InferenceSession): AdjustableModel {
  const matrices = steps.matrices.map((matrix): ManifestMatrix => {
    const { dtype, offset, transposed } = decoder.tensors.get(`${matrix.module}.weight`)!;
    const layout = transposed === undefined ? {} : { transposed };
    return { ...matrix, tensor: { ...layout, dtype, offset } as PackedTensor };
  });
  const manifest = { matrices, cache: steps.cache, layers: steps.layers } as unknown as PlaygroundManifest;
  return { manifest, weights: readFileSync(decoder.checkpoint.weightFiles[0]!), session: runnable(session) };
}

describeShared('a scalar that is an input', ['golden/families'], () => {
  it.each(['gpt2', 'gpt_neox', 'opt', 'bloom', 'falcon', 'phi3', 'gemma2', 'olmo2', 'qwen3'])(
    'of %s',
    async (family) => {
      const decoder = await openDecoder(sharedPath(`golden/families/${family}`));
      const {
        input_ids: [ids],
      } = readSharedJson(`golden/families/${family}/expected.json`) as { input_ids: number[][] };
      const steps = await layAdjustableSteps(decoder);
      const session = await InferenceSession.create(serializeGraph(steps.graph), {
        extra: { session: { model_external_initializers_file_folder_path: steps.weightFolder } },
      });
      const ofSecond = steps.matrices.flatMap(({ layer }, matrix) => (layer === 1 ? [matrix] : []));
      // One scalar of every matrix of the second layer.
      const edits = ofSecond.map((matrix): Edit => {
        const [rows, columns] = steps.matrices[matrix]!.shape;
        return { matrix, row: rows - 2, column: Math.floor(columns / 2), value: 1.5 };
      });
      const found = await tokenLogProbabilities(modelOf(decoder, steps, session), ids!, { edits, restores: false });
      await session.release();
      const reference = await layCheckpoint(decoder, {
        interventions: [
          {
            name: 'edits',
            version: 1,
            settings: {},
            edit(model) {
              for (const { matrix, row, column } of edits)
                model.weight(`${steps.matrices[matrix]!.module}.weight`).set(row, column, 1.5);
            },
          },
        ],
      });
      const executor = await createExecutor(reference);
      const { logProbabilities } = await executor.run(sequenceBatch(ids!, nextTokens(ids!)));
      await executor.release();
      expect(largestDifference(Float32Array.from(found), logProbabilities)).toBeLessThan(tolerance);
    },
  );
});
