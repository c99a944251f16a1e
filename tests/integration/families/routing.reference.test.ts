/**
 * Which experts the tokens of tiny mixtures are sent to, what reaches the experts' output projections, and what the blocks
 * give, against transformers 5.23.0. Routing is discrete: its smallest margin is 1e-4, far above the difference of two
 * orders of summation; peaks are within the 3e-4 that the README of the checkpoints states for activations.
 */
import { join } from 'node:path';
import { openDecoder } from '@linchpin/models';
import { describeShared, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

const tolerance = 3e-4;

interface Peak {
  readonly value: number;
  readonly token: number;
  readonly channel: number;
}

/** By sequence, then by layer. */
interface Expected {
  readonly input_ids: readonly (readonly number[])[];
  readonly mlp_down: readonly (readonly {
    readonly input: Peak & { readonly expert?: number };
    readonly block_output?: Peak;
  }[])[];
  /** The experts of every token; null for a layer without any. */
  readonly moe: readonly (readonly ({ readonly experts: readonly (readonly number[])[] } | null)[])[];
}

const root = 'golden/families';

describeShared('mixtures send tokens where transformers sends them', [root], () => {
  it.each(['mixtral', 'olmoe', 'qwen2_moe', 'qwen3_moe'])('%s', async (name) => {
    const expected = readSharedJson(join(root, name, 'expected.json')) as Expected;
    const folder = sharedPath(join(root, name));
    const { family, config } = await openDecoder(folder);
    const layers = Array.from({ length: config.layers }, (_, layer) => ({
      layer,
      // The shared expert of Qwen 2 is not routed to.
      projections: family
        .mlpOutputs(config, layer)
        .filter((matrix) => /\.experts\.\d+\./.test(matrix))
        .map((matrix) => matrix.replace(/\.weight$/, '')),
    })).filter(({ projections }) => projections.length > 0);
    expect(layers.length).toBeGreaterThan(0);
    const readSites = layers.flatMap(({ projections }) => [
      blockOf(projections[0]!),
      ...projections.flatMap((projection) => [`${projection}.input`, tokensOf(projection)]),
    ]);
    const executor = await openExecutor(folder, { readSites });
    for (const [sequence, ids] of expected.input_ids.entries()) {
      const { activations } = await runSequence(executor, ids);
      for (const { layer, projections } of layers) {
        const { input, block_output: output } = expected.mlp_down[sequence]![layer]!;
        const experts = projections.map((projection) => ({
          tokens: [...activations.get(tokensOf(projection))!],
          input: activations.get(`${projection}.input`)!,
        }));
        const chosen = expected.moe[sequence]![layer]!.experts;
        for (const [expert, { tokens }] of experts.entries())
          expect(tokens).toEqual([...ids.keys()].filter((token) => chosen[token]!.includes(expert)));
        expectPeak(experts[input.expert!]!, input);
        const largest = Math.max(...experts.map((each) => largestMagnitude(each.input)));
        expect(Math.abs(largest - Math.abs(input.value))).toBeLessThan(tolerance);
        expectPeak({ tokens: [...ids.keys()], input: activations.get(blockOf(projections[0]!))! }, output!);
      }
    }
    await executor.release();
  });
});

function tokensOf(projection: string): string {
  return `${projection.slice(0, projection.lastIndexOf('.'))}.tokens`;
}

function blockOf(projection: string): string {
  return `${projection.replace(/\.experts\..*$/, '')}.output`;
}

function largestMagnitude(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Of rows that belong to the tokens in this order. */
function expectPeak(
  { tokens, input }: { readonly tokens: readonly number[]; readonly input: Float32Array },
  peak: Peak,
): void {
  const width = input.length / tokens.length;
  expect(tokens).toContain(peak.token);
  const value = input[tokens.indexOf(peak.token) * width + peak.channel]!;
  expect(Math.abs(value - peak.value)).toBeLessThan(tolerance);
  expect(Math.abs(largestMagnitude(input) - Math.abs(peak.value))).toBeLessThan(tolerance);
}
