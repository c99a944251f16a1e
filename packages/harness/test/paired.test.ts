/**
 * The figures of a paired comparison against whole distributions of two separate runs, compared in float64. Tolerances:
 * the graph's sum over the vocabulary is float32.
 */
import { modelFolder as folder } from '@linchpin/model-mini';
import { openDecoder, layCheckpoint } from '@linchpin/models';
import type { BatchOutput, Executor, Intervention, PackedBatch } from '@linchpin/plugin-api';
import { createExecutor, createReferenceExecutor, type PairedOutput } from '@linchpin/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { PairedFigures } from '../src/paired-figures.ts';

const vocabulary = 4096;
const rows = [
  [1, 300, 411, 12, 900, 33],
  [1, 77, 2048, 5, 640, 1000],
];
const rowLength = rows[0]!.length;
const scoredTokens = [0, 1, 2, 4, 6, 9, 10]; // not the last of a row, so that the next id is known
const ids = rows.flat();

/** Halves one weight: a small change of every distribution. */
const halved: Intervention = {
  name: 'halved',
  version: 1,
  settings: {},
  edit: (model) => model.weight('model.layers.1.mlp.down_proj.weight').scale(100, 300, 0.5),
};

function batchOf(targets: readonly (readonly [scored: number, id: number])[]): PackedBatch {
  return {
    rows: rows.length,
    rowLength,
    tokenIds: Int32Array.from(ids),
    positions: Int32Array.from(ids, (_, token) => token % rowLength),
    subtreeEnds: new Int32Array(ids.length).fill(rowLength),
    scoredTokens: Int32Array.from(scoredTokens),
    targetRows: Int32Array.from(targets, ([scored]) => scored),
    targetIds: Int32Array.from(targets, ([, id]) => id),
  };
}

const nextIds = batchOf(scoredTokens.map((token, scored) => [scored, ids[token + 1]!]));

/** ln p of every id after each scored token. */
async function wholeDistributions(interventions: readonly Intervention[]): Promise<Float32Array[]> {
  const every = scoredTokens.flatMap((_, scored) =>
    Array.from({ length: vocabulary }, (__, id) => [scored, id] as const),
  );
  const executor = await createExecutor(await layCheckpoint(await openDecoder(folder), { interventions }));
  const { logProbabilities } = await executor.run(batchOf(every));
  await executor.release();
  return scoredTokens.map((_, scored) => logProbabilities.subarray(scored * vocabulary, (scored + 1) * vocabulary));
}

/** Runs a batch through the unedited model and the edited one at once. */
async function runPaired(interventions: readonly Intervention[]): Promise<PairedOutput> {
  const decoder = await openDecoder(folder);
  const reference = await createReferenceExecutor(await layCheckpoint(decoder, { comparison: 'reference' }));
  const executor = await reference.compare(await layCheckpoint(decoder, { interventions, comparison: 'compared' }));
  const output = await executor.run(nextIds);
  await executor.release();
  await reference.release();
  return output;
}

async function runAlone(interventions: readonly Intervention[]): Promise<BatchOutput> {
  const executor: Executor = await createExecutor(await layCheckpoint(await openDecoder(folder), { interventions }));
  const output = await executor.run(nextIds);
  await executor.release();
  return output;
}

describe('a paired comparison', () => {
  let output: PairedOutput;
  let expected: Float32Array[];
  let edited: Float32Array[];
  beforeAll(async () => {
    [output, expected, edited] = [
      await runPaired([halved]),
      await wholeDistributions([]),
      await wholeDistributions([halved]),
    ];
  });

  it('gives the divergence of whole distributions', () => {
    for (const [scored, own] of edited.entries()) {
      const divergence = expected[scored]!.reduce((sum, r, id) => sum + Math.exp(r) * (r - own[id]!), 0);
      expect(Math.abs(output.divergences[scored]! - divergence)).toBeLessThan(1e-6 + 1e-5 * divergence);
    }
    expect(Math.max(...output.divergences)).toBeGreaterThan(1e-3);
  });

  it('leaves what both models say as it is', async () => {
    const [{ activations: _, ...alone }, unedited] = [await runAlone([halved]), await runAlone([])];
    expect(output).toMatchObject(alone);
    expect(output.reference).toEqual(unedited);
  });

  it('is added up over tokens', () => {
    const figures = new PairedFigures();
    figures.add(nextIds, output);
    figures.restart();
    figures.add(nextIds, output);
    const { tokens, klDivergence, sameTop, deltaP, deltaPRms, perplexityRatio } = figures.figures();
    const top = (distribution: Float32Array): number => distribution.indexOf(Math.max(...distribution));
    const next = (distributions: readonly Float32Array[]): number[] =>
      scoredTokens.map((token, scored) => distributions[scored]![ids[token + 1]!]!);
    const [own, reference] = [next(edited), next(expected)];
    const average = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    const deltas = own.map((value, index) => Math.exp(value) - Math.exp(reference[index]!));
    expect(tokens).toBe(scoredTokens.length);
    expect(klDivergence.value).toBeCloseTo(average([...output.divergences]), 12);
    expect(sameTop.value).toBe(average(edited.map((each, scored) => (top(each) === top(expected[scored]!) ? 1 : 0))));
    expect(deltaP.value).toBeCloseTo(average(deltas), 7);
    expect(deltaPRms.value).toBeCloseTo(Math.sqrt(average(deltas.map((delta) => delta ** 2))), 7);
    expect(perplexityRatio.value).toBeCloseTo(Math.exp(average(reference) - average(own)), 5);
  });

  it('finds nothing between a model and itself', async () => {
    const { divergences, reference, greedyIds } = await runPaired([]);
    expect([...divergences]).toEqual(scoredTokens.map(() => 0));
    expect(greedyIds).toEqual(reference.greedyIds);
  });
});
