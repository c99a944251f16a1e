/**
 * Models with weights rounded in blocks against the reference. That the weights are the same in every bit is settled for all
 * variants in plugin-quantize-weights; here the first variant of every arithmetic, kind of clipping and set of levels is run
 * as a model, with the super weight as it was rounded and put back: that shows that the weights reach the graph. Tolerances are those of the goldens'
 * README for unquantized activations: 1e-5 for the mean over windows and 2e-4 for a log-probability.
 */
import type { SuperWeight } from '@linchpin/plugin-api';
import { type BlockSize, type LevelSet, quantizeWeights } from '@linchpin/plugin-quantize-weights';
import { describeShared, largestDifference, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

interface Variant {
  readonly arithmetic: 'float32' | 'float16';
  readonly bits: number | null;
  readonly block: BlockSize;
  readonly levels: LevelSet;
  readonly clip: { readonly method: keyof typeof methods; readonly value: number } | null;
  readonly mean_nll: number;
  readonly prompt_mean_logprob: readonly number[];
  readonly mean_nll_sw_restored: number;
}

interface Golden {
  readonly super_weight: { readonly tensor: string; readonly row: number; readonly column: number };
  readonly variants: readonly Variant[];
}

interface Inputs {
  readonly prompts: readonly (readonly number[])[];
  readonly windows: readonly (readonly number[])[];
}

const methods = { zscore: 'z', block_percentage: 'bp', tensor_percentage: 'tp', iqr: 'iqr' } as const;

/** Blocks of one weight leave the weights as they are, but for the format of the arithmetic. */
const unquantized = { bits: 8, block: 1, levels: 'integer', clip: null } as const;

function quantizationOf(variant: Variant, restore: readonly SuperWeight[]) {
  const { bits, block, levels, clip } = variant.bits === null ? unquantized : { ...variant, bits: variant.bits };
  return quantizeWeights({
    bits,
    block,
    levels,
    restore,
    arithmetic: variant.arithmetic,
    indivisible: 'whole-matrix',
    clipping: clip === null ? 'none' : { method: methods[clip.method], value: clip.value },
  });
}

function kindOf({ arithmetic, levels, clip }: Variant): string {
  return `${arithmetic}, ${levels ?? 'no levels'}, ${clip?.method ?? 'unclipped'}`;
}

function firstOfEveryKind(variants: readonly Variant[]): (readonly [string, Variant])[] {
  const kinds = Map.groupBy(variants, kindOf);
  return [...kinds].map(([kind, ofKind]) => [kind, ofKind[0]!]);
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

for (const name of ['stories260K', 'tinystories-656k']) {
  const [golden, inputs] = [`golden/quantize/${name}/weight_only.json`, `golden/interventions/${name}/inputs.json`];
  describeShared(`weight-only quantization of ${name}`, [golden, inputs, `models/${name}`], () => {
    const { super_weight: at, variants } = readSharedJson(golden) as Golden;
    const { prompts, windows } = readSharedJson(inputs) as Inputs;
    const superWeight = { layer: Number(/\d+/.exec(at.tensor)?.[0]), row: at.row, column: at.column };

    async function meanLogProbabilities(
      variant: Variant,
      restore: readonly SuperWeight[],
      sequences: Inputs['windows'],
    ) {
      const interventions = [quantizationOf(variant, restore)];
      const executor = await openExecutor(sharedPath(`models/${name}`), { interventions });
      const means: number[] = [];
      for (const ids of sequences) means.push(mean((await runSequence(executor, ids)).nextLogProbabilities));
      await executor.release();
      return means;
    }

    it.each(firstOfEveryKind(variants))('%s', async (_, variant) => {
      const means = await meanLogProbabilities(variant, [], [...windows, ...prompts]);
      expect(Math.abs(mean(means.slice(0, windows.length)) + variant.mean_nll)).toBeLessThan(1e-5);
      expect(largestDifference(means.slice(windows.length), variant.prompt_mean_logprob)).toBeLessThan(2e-4);
      if (variant.bits === null) return;
      const restored = await meanLogProbabilities(variant, [superWeight], windows);
      expect(Math.abs(mean(restored) + variant.mean_nll_sw_restored)).toBeLessThan(1e-5);
    });
  });
}
