/**
 * Layer maxima and next-token averages of edited models against transformers (golden/interventions):
 * `largest_layer_output` of results.json, and stop_words.json. Tolerance: 1e-5 of the value, or 3e-4; probabilities 1e-5.
 */
import { createContext, silentProgress } from '@linchpin/execution';
import { folderTexts, loadTokenizer, openDecoder } from '@linchpin/models';
import type { Intervention, SuperWeight } from '@linchpin/plugin-api';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { folderData } from '@linchpin/harness';
import { expect, it } from 'vitest';
import { weightsOf, restoreSuperWeights } from '../src/figures/figure-4-super-activation.ts';
import { layerMaxima } from '../src/figures/layer-maxima.ts';
import { likeliest, nextTokenAverage, openPassages } from '../src/figures/next-token-average.ts';

interface Inputs {
  readonly detection: readonly number[];
}

interface Results {
  readonly super_weight: SuperWeight & { readonly value: number };
  readonly largest_layer_output: Readonly<
    Record<'original' | 'sw_removed' | 'all_removed' | 'non_sw_removed', readonly number[]>
  > & { readonly fraction: number };
}

interface StopWords {
  readonly rows: number;
  readonly top: readonly { readonly id: number; readonly original: number; readonly pruned: number }[];
}

const context = createContext();

function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(Math.max(3e-4, 1e-5 * Math.abs(expected)));
}

for (const name of ['mini', 'planted', 'stories260K', 'tinystories-656k']) {
  const golden = `golden/interventions/${name}`;
  const checkpoint = name === 'planted' ? golden : `models/${name}`;
  describeShared(`activations of ${name}`, [golden, checkpoint], () => {
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
        const { layer } = await layerMaxima(decoder, chains[label]!, { prompt, context });
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
      const tokenizer = await loadTokenizer(folderTexts(sharedPath(checkpoint)));
      const data = folderData(sharedPath('datasets'));
      const { prompts } = await openPassages({ ...decoder, tokenizer }, { data, limit: rows });
      for (const [label, weights] of [
        ['original', []],
        ['pruned', [super_weight]],
      ] as const) {
        const chain = { label, interventions: [pruneSuperWeight({ weights })] };
        const average = await nextTokenAverage(decoder, chain, { prompts, context, progress: silentProgress });
        for (const expected of top) expect(Math.abs(average[expected.id]! - expected[label])).toBeLessThan(1e-5);
        if (label === 'original') expect(likeliest(average, 10)).toEqual(top.slice(0, 10).map(({ id }) => id));
      }
    });
  });
}
