/**
 * Mixtures for devices that cannot pick an expert's tokens: every expert runs on all tokens, and what it gives for others is left out.
 * Both on the CPU, where each is beside the other.
 */
import { type Decoder, layCheckpoint, openDecoder } from '@linchpin/models';
import { peakBytes } from '@linchpin/onnx';
import { allKernels, type DecoderGraph, type Intervention } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import { largestDifference, runSequence, type SequenceFacts, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyFamily } from '../tiny-families.ts';

const kernels = { ...allKernels, nonZero: false };

/** Of ln p: products of more rows are summed in another order. */
const tolerance = 1e-5;

async function scored(laid: DecoderGraph, ids: readonly number[]): Promise<SequenceFacts> {
  const executor = await createExecutor(laid);
  try {
    return await runSequence(executor, ids);
  } finally {
    await executor.release();
  }
}

const picks = ({ graph }: DecoderGraph): boolean => graph.nodes.some(({ operator }) => operator === 'NonZero');

describe.each(['mixtral', 'olmoe', 'qwen2-moe', 'qwen3-moe'])('%s', (name) => {
  const family = tinyFamily(name);
  const folder = temporaryFolder();
  let decoder: Decoder;
  /** Of the last layer that has experts: one that is chosen for tokens of the first sequence, but not for its first. */
  let expert: string;

  beforeAll(async () => {
    await family.write(folder);
    decoder = await openDecoder(folder);
    const first = decoder.family.layerMatrices(decoder.config).findLast((matrix) => matrix.includes('.experts.0.'))!;
    const experts = [0, 1, 2, 3].map((index) => first.replace(/\.0\.[^.]+\.weight$/, `.${index}`));
    const readSites = experts.map((module) => `${module}.tokens`);
    const { activations } = await scored(await layCheckpoint(decoder, { readSites }), family.ids[0]!);
    expert = experts.find((module) => activations.get(`${module}.tokens`)![0]! > 0)!;
  });

  it.each(family.ids)('scores alike on all tokens and on those of each expert', async (...ids) => {
    const [sparse, dense] = [await layCheckpoint(decoder), await layCheckpoint(decoder, { kernels })];
    expect([picks(sparse), picks(dense)]).toEqual([true, false]);
    const [expected, given] = [await scored(sparse, ids), await scored(dense, ids)];
    expect(largestDifference(given.lastLogProbabilities, expected.lastLogProbabilities)).toBeLessThan(tolerance);
    expect(largestDifference(given.nextLogProbabilities, expected.nextLogProbabilities)).toBeLessThan(tolerance);
    expect(given.top).toEqual(expected.top);
  });

  it('takes no more memory on all tokens than where all tokens choose each expert', async () => {
    const bytes = async (laid: Promise<DecoderGraph>): Promise<number> => {
      const { graph } = await laid;
      const values = [
        ...graph.inputs,
        ...graph.nodes.flatMap(({ outputs }) => outputs.map((each) => graph.value(each))),
      ];
      const names = values.flatMap(({ shape }) => shape.filter((size) => typeof size === 'string'));
      const sizes = new Map(names.filter((size) => size !== '?').map((size) => [size, size === 'rows' ? 1 : 64]));
      return peakBytes(graph, { sizes, foldsConstants: true }).values;
    };
    expect(await bytes(layCheckpoint(decoder, { kernels }))).toBeLessThanOrEqual(await bytes(layCheckpoint(decoder)));
  });

  // Its last layer has no experts, and the attention of that carries what is no number to all tokens.
  const isLastDense = name === 'qwen3-moe';
  it.each(isLastDense ? [] : [name])('leaves out of %s even what is no number at tokens of others', async () => {
    const overflowing: Intervention = {
      name: 'overflow',
      version: 1,
      settings: {},
      edit(model) {
        for (const matrix of model.layerMatrices.filter((each) => each.startsWith(`${expert}.`)))
          model.weight(matrix).map((values) => values.forEach((value, index) => (values[index] = value * 1e30)));
      },
    };
    const interventions = [overflowing];
    const [expected, given] = [
      await scored(await layCheckpoint(decoder, { interventions }), family.ids[0]!),
      await scored(await layCheckpoint(decoder, { interventions, kernels }), family.ids[0]!),
    ].map(({ nextLogProbabilities }) => nextLogProbabilities);
    const finite = expected!.filter(Number.isFinite);
    expect(finite.length).toBeGreaterThan(0);
    expect(finite.length).toBeLessThan(expected!.length);
    expect([...given!].map(Number.isFinite)).toEqual([...expected!].map(Number.isFinite));
    expect(largestDifference(given!.filter(Number.isFinite), finite)).toBeLessThan(tolerance);
  });

  it('gives an intervention that looks into an expert the rows of its tokens alone', async () => {
    const own = decoder.family.layerMatrices(decoder.config).filter((matrix) => matrix.startsWith(`${expert}.`));
    const readSites = [`${expert}.tokens`, ...own.map((matrix) => matrix.replace(/\.weight$/, '.input'))];
    const [sparse, dense] = [
      await layCheckpoint(decoder, { readSites }),
      await layCheckpoint(decoder, { readSites, kernels }),
    ];
    expect(picks(dense)).toBe(true);
    const [expected, given] = [await scored(sparse, family.ids[0]!), await scored(dense, family.ids[0]!)];
    for (const site of readSites) {
      expect(given.activations.get(site)!.length).toBe(expected.activations.get(site)!.length);
      expect(largestDifference(given.activations.get(site)!, expected.activations.get(site)!)).toBeLessThan(tolerance);
    }
  });
});
