/**
 * Activation profiles and next-token averages of edited models against transformers: the largest entries of every
 * down_proj (golden/interventions, detection.json), of every layer's output (results.json) and the probabilities that
 * follow LAMBADA prompts (stop_words.json). Tolerance: 1e-5 of the value, or 3e-4; probabilities 1e-5.
 */
import { readFileSync } from 'node:fs';
import { loadTokenizer, openDecoder } from '@linchpin/models';
import type { SuperWeight } from '@linchpin/plugin-api';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor, runSequence } from './run-sequence.ts';

interface Peak {
  readonly value: number;
  readonly token: number;
  readonly channel: number;
}

interface Detection {
  readonly prompts: Readonly<Record<string, readonly { readonly input: Peak; readonly output: Peak }[]>>;
}

interface Results {
  readonly super_weight: SuperWeight;
  readonly largest_layer_output: Readonly<Record<'original' | 'sw_removed', readonly number[]>>;
}

interface StopWords {
  readonly rows: number;
  readonly top: readonly { readonly id: number; readonly original: number; readonly pruned: number }[];
}

function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(Math.max(3e-4, 1e-5 * Math.abs(expected)));
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

for (const name of ['mini', 'planted', 'stories260K', 'tinystories-656k']) {
  const golden = `golden/interventions/${name}`;
  const checkpoint = name === 'planted' ? golden : `models/${name}`;
  describeShared(`activations of ${name}`, [golden, checkpoint], () => {
    it('peak where and as high as the reference says', async () => {
      const { prompts } = readSharedJson(`${golden}/detection.json`) as Detection;
      const inputs = readSharedJson(`${golden}/inputs.json`) as {
        prompts: readonly number[][];
        detection: readonly number[];
      };
      const { config, family } = await openDecoder(sharedPath(checkpoint));
      const modules = Array.from({ length: config.layers }, (_, layer) =>
        family.mlpOutput(layer).replace(/\.weight$/, ''),
      );
      const executor = await openExecutor(sharedPath(checkpoint), {
        readSites: modules.flatMap((module) => [`${module}.input`, `${module}.output`]),
      });
      expect(Object.keys(prompts).length).toBe(inputs.prompts.length + 1);
      for (const [label, layers] of Object.entries(prompts)) {
        const ids = label === 'detection' ? inputs.detection : inputs.prompts[Number(label.replace('prompt_', ''))]!;
        const { activations } = await runSequence(executor, ids);
        for (const [layer, expected] of layers.entries()) {
          for (const side of ['input', 'output'] as const) {
            const values = activations.get(`${modules[layer]!}.${side}`)!;
            const { token, channel, value } = expected[side];
            expectNear(values[(token * values.length) / ids.length + channel]!, value);
            expectNear(largest(values), Math.abs(value));
          }
        }
      }
      await executor.release();
    });

    it('of every layer, with and without the super weight', async () => {
      const { super_weight, largest_layer_output } = readSharedJson(`${golden}/results.json`) as Results;
      const { detection } = readSharedJson(`${golden}/inputs.json`) as { detection: readonly number[] };
      const sites = largest_layer_output.original.map((_, layer) => `model.layers.${layer}.output`);
      for (const [label, weights] of [
        ['original', []],
        ['sw_removed', [super_weight]],
      ] as const) {
        const executor = await openExecutor(sharedPath(checkpoint), {
          interventions: [pruneSuperWeight({ weights })],
          readSites: sites,
        });
        const { activations } = await runSequence(executor, detection);
        sites.forEach((site, layer) =>
          expectNear(largest(activations.get(site)!), largest_layer_output[label][layer]!),
        );
        await executor.release();
      }
    });
  });

  if (name === 'planted') continue;
  describeShared(`next tokens of ${name}`, [golden, checkpoint, 'datasets/lambada_openai/test.jsonl'], () => {
    it('have the average probabilities of the reference, before and after pruning', async () => {
      const { super_weight } = readSharedJson(`${golden}/results.json`) as Results;
      const { rows, top } = readSharedJson(`${golden}/stop_words.json`) as StopWords;
      const tokenizer = await loadTokenizer(sharedPath(checkpoint));
      const lines = readFileSync(sharedPath('datasets/lambada_openai/test.jsonl'), 'utf8').split('\n').slice(0, rows);
      const prompts = lines.map((line) => {
        const { text } = JSON.parse(line) as { text: string };
        return tokenizer.encodeWithSpecialTokens(text.split(' ').slice(0, -1).join(' '));
      });
      for (const [label, weights] of [
        ['original', []],
        ['pruned', [super_weight]],
      ] as const) {
        const executor = await openExecutor(sharedPath(checkpoint), { interventions: [pruneSuperWeight({ weights })] });
        const average = new Float64Array(executor.vocabularySize);
        for (const ids of prompts) {
          const { lastLogProbabilities } = await runSequence(executor, ids);
          lastLogProbabilities.forEach((value, id) => {
            average[id]! += Math.exp(value) / prompts.length;
          });
        }
        for (const expected of top) expect(Math.abs(average[expected.id]! - expected[label])).toBeLessThan(1e-5);
        await executor.release();
      }
    });
  });
}
