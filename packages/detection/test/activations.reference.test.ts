/**
 * Spikes, detection and losses of edited models against transformers (golden/interventions): detection.json, and the
 * losses of results.json. Tolerance: 1e-5 of the value, or 3e-4.
 */
import { openDecoder } from '@linchpin/models';
import type { SuperWeight } from '@linchpin/plugin-api';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import type { CandidateRule } from '../src/candidate-rule.ts';
import { CheckpointProbe } from '../src/checkpoint-probe.ts';
import { detectSuperWeights } from '../src/detect-super-weights.ts';
import type { Contribution, LayerSpikes } from '../src/layer-spikes.ts';

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
}

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
        const [found] = rounds[index]!.found;
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
  });
}
