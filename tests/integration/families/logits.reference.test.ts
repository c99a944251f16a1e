/** Whole prompts against transformers' logits. Tolerance: 2e-4 (float32 against float64 is at most 9e-5). */
import {
  describeShared,
  largestDifference,
  logSoftmax,
  readSharedJson,
  runSequence,
  sharedPath,
} from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

const tolerance = 2e-4;

interface Prompt {
  readonly name: string;
  readonly ids: readonly number[];
  readonly last_logits: readonly number[];
  readonly token_logprobs_float64: readonly number[];
  readonly top5_ids: readonly (readonly number[])[];
  readonly top5_margin: readonly number[];
}

for (const model of ['mini', 'stories260K', 'tinystories-656k']) {
  describeShared(`logits of ${model}`, [`golden/logits/${model}.json`, `models/${model}`], () => {
    it('agree with transformers in every prompt', async () => {
      const { prompts } = readSharedJson(`golden/logits/${model}.json`) as { prompts: Prompt[] };
      const executor = await openExecutor(sharedPath(`models/${model}`));
      expect(prompts.length).toBeGreaterThan(0);
      for (const prompt of prompts) {
        const facts = await runSequence(executor, prompt.ids);
        expect(largestDifference(facts.lastLogProbabilities, logSoftmax(prompt.last_logits))).toBeLessThan(tolerance);
        expect(largestDifference(facts.nextLogProbabilities, prompt.token_logprobs_float64)).toBeLessThan(tolerance);
        facts.top.forEach((id, position) => {
          // Where the two best are closer than the tolerance either may come first.
          if (prompt.top5_margin[position]! > 2 * tolerance) expect(id).toBe(prompt.top5_ids[position]![0]);
        });
      }
      await executor.release();
    });
  });
}
