/**
 * Spikes, detection, layer maxima and next-token averages of edited models against transformers (golden/interventions):
 * detection.json, `largest_layer_output` of results.json, and stop_words.json. Tolerance: 1e-5 of the value, or 3e-4;
 * probabilities 1e-5.
 */
import { type CandidateRule, type Contribution, detectSuperWeights, type LayerSpikes } from '@linchpin/detection';
import { loadTokenizer, openDecoder } from '@linchpin/models';
import type { Intervention, SuperWeight } from '@linchpin/plugin-api';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { weightsOf, restoreSuperWeights } from '../src/figures/figure-4-super-activation.ts';
import { layerMaxima } from '../src/figures/layer-maxima.ts';
import { likeliest, nextTokenAverage, openPassages } from '../src/figures/next-token-average.ts';
import { CheckpointProbe } from '../src/find/checkpoint-probe.ts';
import { createProgress } from '../src/progress.ts';

interface Peak {
  readonly value: number;
  readonly token: number;
  readonly channel: number;
}

interface GoldenLayer {
  readonly input: Peak;
  readonly output: Peak;
  readonly weight: number;
  readonly explained: number;
}

interface Detection {
  readonly prompts: Readonly<Record<string, readonly GoldenLayer[]>>;
  readonly iterated: {
    readonly rule: {
      readonly input_above: number;
      readonly output_above: number;
      readonly explained: readonly [number, number];
      readonly limit: number;
    };
    readonly rounds: readonly {
      readonly table: readonly GoldenLayer[];
      readonly found: (SuperWeight & { readonly value: number }) | null;
    }[];
  };
}

interface Inputs {
  readonly prompts: readonly (readonly number[])[];
  readonly windows: readonly (readonly number[])[];
  readonly detection: readonly number[];
}

interface Results {
  readonly super_weight: SuperWeight & { readonly value: number };
  readonly results: Readonly<Record<string, { readonly window_nll: readonly number[] }>>;
  readonly largest_layer_output: Readonly<
    Record<'original' | 'sw_removed' | 'all_removed' | 'non_sw_removed', readonly number[]>
  > & { readonly fraction: number };
}

interface StopWords {
  readonly rows: number;
  readonly top: readonly { readonly id: number; readonly original: number; readonly pruned: number }[];
}

const { signal } = new AbortController();

function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(Math.max(3e-4, 1e-5 * Math.abs(expected)));
}

function expectProfile(profile: readonly LayerSpikes[], golden: readonly GoldenLayer[]): void {
  expect(profile.map(({ layer }) => layer)).toEqual([...golden.keys()]);
  for (const [layer, expected] of golden.entries()) {
    const { input, output, atLargestInput } = profile[layer]!;
    for (const [spike, peak] of [
      [input, expected.input],
      [output, expected.output],
    ] as const) {
      expect([spike.token, spike.channel]).toEqual([peak.token, peak.channel]);
      expectNear(spike.value, peak.value);
    }
    expectContribution(atLargestInput, expected);
  }
}

/** The share is a quotient of two activations: their tolerances together, relative to the output's value. */
function expectContribution({ weight, explained }: Contribution, golden: GoldenLayer): void {
  // The golden weights have nine digits.
  expect(Math.abs(weight - golden.weight)).toBeLessThan(1e-6);
  expect(Math.abs(explained - golden.explained)).toBeLessThan(1e-3);
}

for (const name of ['mini', 'planted', 'stories260K', 'tinystories-656k']) {
  const golden = `golden/interventions/${name}`;
  const checkpoint = name === 'planted' ? golden : `models/${name}`;
  describeShared(`activations of ${name}`, [golden, checkpoint], () => {
    it('spike where and as high as the reference says, on every prompt', async () => {
      const { prompts } = readSharedJson(`${golden}/detection.json`) as Detection;
      const inputs = readSharedJson(`${golden}/inputs.json`) as Inputs;
      const decoder = await openDecoder(sharedPath(checkpoint));
      expect(Object.keys(prompts).length).toBe(inputs.prompts.length + 1);
      for (const [label, layers] of Object.entries(prompts)) {
        const prompt = label === 'detection' ? inputs.detection : inputs.prompts[Number(label.replace('prompt_', ''))]!;
        expectProfile(await new CheckpointProbe(decoder, { prompt, text: prompt }).profile([]), layers);
      }
    });

    it('lead to the same weights, round by round', async () => {
      const { iterated } = readSharedJson(`${golden}/detection.json`) as Detection;
      const { detection: prompt } = readSharedJson(`${golden}/inputs.json`) as Inputs;
      const { input_above, output_above, explained, limit } = iterated.rule;
      const rule: CandidateRule = {
        input: { above: input_above },
        output: { above: output_above },
        explained,
        column: 'largest-input',
      };
      const probe = new CheckpointProbe(await openDecoder(sharedPath(checkpoint)), { prompt, text: prompt });
      const rounds = await detectSuperWeights(probe, { rule, limit });
      expect(rounds.length).toBe(iterated.rounds.length);
      for (const [index, expected] of iterated.rounds.entries()) {
        expectProfile(rounds[index]!.profile, expected.table);
        const found = rounds[index]!.found;
        expect(found && [found.layer, found.row, found.column]).toEqual(
          expected.found === null ? undefined : [expected.found.layer, expected.found.row, expected.found.column],
        );
      }
    });

    it('go with the losses of the reference, with and without the super weight', async () => {
      const { super_weight, results } = readSharedJson(`${golden}/results.json`) as Results;
      const { windows, detection } = readSharedJson(`${golden}/inputs.json`) as Inputs;
      const probe = new CheckpointProbe(await openDecoder(sharedPath(checkpoint)), {
        prompt: detection,
        text: windows[0]!,
      });
      const pruned = { ...super_weight, change: -super_weight.value };
      const losses = await probe.losses([[], [pruned], [{ ...pruned, change: super_weight.value }], []]);
      for (const [index, label] of ['original', 'prune_sw', 'scale_sw_2', 'original'].entries())
        expect(Math.abs(losses[index]! - results[label]!.window_nll[0]!)).toBeLessThan(1e-5);
    });

    it('leave every layer as large as the reference says, under all four edits of Figure 4', async () => {
      const { super_weight, largest_layer_output } = readSharedJson(`${golden}/results.json`) as Results;
      const { detection: prompt } = readSharedJson(`${golden}/inputs.json`) as Inputs;
      const decoder = await openDecoder(sharedPath(checkpoint));
      const weights = [super_weight];
      const pruned = pruneSuperWeight({ weights });
      const { fraction } = largest_layer_output;
      const outliers = pruneOutliers({ fraction, keep: [], tensors: weightsOf(decoder) });
      const chains: Readonly<Record<string, readonly Intervention[]>> = {
        original: [],
        sw_removed: [pruned],
        all_removed: [pruned, outliers],
        non_sw_removed: [pruned, outliers, restoreSuperWeights(weights)],
      };
      for (const label of ['original', 'sw_removed', 'all_removed', 'non_sw_removed'] as const) {
        const { layer } = await layerMaxima(decoder, chains[label]!, { prompt, flags: {}, signal });
        for (const [index, expected] of largest_layer_output[label].entries())
          expectNear(Math.abs(layer[index]!), expected);
      }
    });
  });

  if (name === 'planted') continue;
  describeShared(`next tokens of ${name}`, [golden, checkpoint, 'datasets/lambada_openai/test.jsonl'], () => {
    it('have the average probabilities of the reference, before and after pruning', async () => {
      const { super_weight } = readSharedJson(`${golden}/results.json`) as Results;
      const { rows, top } = readSharedJson(`${golden}/stop_words.json`) as StopWords;
      const decoder = await openDecoder(sharedPath(checkpoint));
      const tokenizer = await loadTokenizer(sharedPath(checkpoint));
      const folder = sharedPath('datasets');
      const { prompts } = await openPassages({ ...decoder, tokenizer }, { folder, limit: rows });
      for (const [label, weights] of [
        ['original', []],
        ['pruned', [super_weight]],
      ] as const) {
        const chain = { label, interventions: [pruneSuperWeight({ weights })] };
        const progress = createProgress({ quiet: true }, { parts: 1, signal });
        const average = await nextTokenAverage(decoder, chain, { prompts, flags: {}, signal, progress });
        for (const expected of top) expect(Math.abs(average[expected.id]! - expected[label])).toBeLessThan(1e-5);
        if (label === 'original') expect(likeliest(average, 10)).toEqual(top.slice(0, 10).map(({ id }) => id));
      }
    });
  });
}
