/** Interventions on, and the search in, a mixture of experts: a super weight is planted in one expert of a tiny checkpoint. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { findSuperWeights } from '@linchpin/detection';
import { createContext } from '@linchpin/execution';
import { layCheckpoint, mlpOutput, openDecoder } from '@linchpin/models';
import type { Executor, Intervention, SuperWeight } from '@linchpin/plugin-api';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { createExecutor } from '@linchpin/runtime';
import { readTensor, writeSafetensors } from '@linchpin/safetensors';
import {
  describeShared,
  idsAsText,
  idTokenizer,
  largestDifference,
  readSharedJson,
  runSequence,
  sharedPath,
  temporaryFolder,
} from '@linchpin/testing';
import { expect, it } from 'vitest';

const folder = 'golden/families/mixtral';
const planted: SuperWeight = { layer: 1, expert: 2, row: 7, column: 5 };
const temporary = temporaryFolder();

/** A copy in which tensors are changed in the file, by code of the test's own. */
async function writeChanged(name: string, change: (tensor: string, values: Float32Array) => void): Promise<string> {
  const copy = join(temporary, name);
  cpSync(sharedPath(folder), copy, { recursive: true });
  const { tensors } = await openDecoder(sharedPath(folder));
  const written = await Promise.all(
    [...tensors.values()].map(async (tensor) => {
      const values = await readTensor(tensor);
      change(tensor.name, values);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return { name: tensor.name, dtype: 'F32', shape: tensor.shape, bytes };
    }),
  );
  await writeSafetensors(join(copy, 'model.safetensors'), written);
  return copy;
}

describeShared('a mixture of experts', [folder], () => {
  const { input_ids: sequences, moe } = readSharedJson(join(folder, 'expected.json')) as {
    input_ids: readonly (readonly number[])[];
    /** By sequence and layer: the experts of every token. */
    moe: readonly (readonly { experts: readonly (readonly number[])[] }[])[];
  };
  const expert = 'model.layers.1.block_sparse_moe.experts.2';
  const [hidden, columns] = [48, 40];
  const at = planted.row * columns + planted.column;

  it('gives without one weight of an expert what a file without it gives', async () => {
    const edited = await writeChanged('pruned', (name, values) => {
      if (name === `${expert}.w2.weight`) values[at] = 0;
    });
    const execute = async (checkpoint: string, interventions: readonly Intervention[] = []): Promise<Executor> =>
      await createExecutor(await layCheckpoint(await openDecoder(checkpoint), { interventions }));
    const pruned = await execute(sharedPath(folder), [pruneSuperWeight({ weights: [planted] })]);
    const [ours, theirs, original] = [pruned, await execute(edited), await execute(sharedPath(folder))];
    const results = [];
    for (const executor of [ours, theirs, original]) {
      results.push((await runSequence(executor, sequences[0]!)).lastLogProbabilities);
      await executor.release();
    }
    // The channel of the edited row is computed by another product: one rounding of float32.
    expect(largestDifference(results[0]!, results[1]!)).toBeLessThan(1e-5);
    expect(largestDifference(results[0]!, results[2]!)).toBeGreaterThan(1e-3);
  });

  it('shows a planted spike by layer, expert and token, and does not call it super where no loss depends on it', async () => {
    const strong = await writeChanged('planted', (name, values) => {
      // Gate and up of the channel grow, so that its input spikes, and one weight writes the spike on.
      if (name === `${expert}.w1.weight` || name === `${expert}.w3.weight`)
        for (let i = 0; i < hidden; i++) values[planted.column * hidden + i]! *= 6;
      if (name === `${expert}.w2.weight`) values[at] = 40;
    });
    const model = { ...(await openDecoder(strong)), tokenizer: idTokenizer };
    const text = { name: 'text', content: idsAsText(sequences[1]!) };
    const { rounds, confirmation, superWeights } = await findSuperWeights(
      model,
      { prompt: idsAsText(sequences[0]!), text, limit: 1 },
      createContext(),
    );
    expect(rounds[0]!.found).toMatchObject([planted]);
    const spikes = rounds[0]!.profile.find(({ layer, expert: index }) => layer === 1 && index === 2)!;
    // The reference's router sends the token to the expert.
    expect(moe[0]![1]!.experts[spikes.output.token]).toContain(planted.expert);
    // A model with random weights predicts nothing, so that it loses nothing either.
    expect(confirmation.candidates.map(({ isConfirmed }) => isConfirmed)).toEqual([false]);
    expect(superWeights).toEqual([]);
  });

  it('does not say which expert is meant by itself, and has no others', async () => {
    const model = await openDecoder(sharedPath(folder));
    expect(mlpOutput(model, planted)).toBe(`${expert}.w2.weight`);
    for (const place of [{ layer: 1 }, { layer: 1, expert: 4 }])
      expect(() => mlpOutput(model, place)).toThrow(expect.objectContaining({ code: 'models/expert-out-of-range' }));
  });

  it('refuses what compares the tokens of a sequence, of which an expert sees only some', async () => {
    const model = await openDecoder(sharedPath(folder));
    const weights = [planted];
    const interventions = [pruneSuperWeight({ weights }), restoreSuperActivation({ weights })];
    await expect(layCheckpoint(model, { interventions })).rejects.toMatchObject({
      code: 'models/across-tokens-of-part',
    });
  });
});
