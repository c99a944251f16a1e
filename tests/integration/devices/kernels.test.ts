/** Graphs without the operators that some devices lack give what those with them give; both on the CPU, which has all. */
import { layCheckpoint, laySteps, openDecoder } from '@linchpin/models';
import { allKernels, type Kernels } from '@linchpin/plugin-api';
import { createExecutor, createStepModel } from '@linchpin/runtime';
import { largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { tinyFamilies } from './tiny-families.ts';

const none: Kernels = {
  attention: false,
  logSoftmax: false,
  topK: false,
  halfPrecision: false,
  integerProducts: false,
};

/** Sums of float32 in another order, as of ln p. */
const tolerance = 1e-5;

describe.each(tinyFamilies())('$name', (family) => {
  const { ids } = family;
  const folder = temporaryFolder();

  it('scores alike with and without the operators that devices may lack', async () => {
    await family.write(folder);
    const decoder = await openDecoder(folder);
    const [all, plain] = await Promise.all(
      [allKernels, none].map(async (kernels) => {
        const executor = await createExecutor(await layCheckpoint(decoder, { kernels }));
        try {
          return await runSequence(executor, ids);
        } finally {
          await executor.release();
        }
      }),
    );
    expect(largestDifference(all!.lastLogProbabilities, plain!.lastLogProbabilities)).toBeLessThan(tolerance);
    expect(largestDifference(all!.nextLogProbabilities, plain!.nextLogProbabilities)).toBeLessThan(tolerance);
    expect(plain!.top).toEqual(all!.top);
  });

  it('writes alike', async () => {
    const decoder = await openDecoder(folder);
    const written = await Promise.all(
      [allKernels, none].map(async (kernels) => {
        const model = await createStepModel(await laySteps(decoder, { kernels }));
        const sequence = model.begin();
        await sequence.feed(ids.slice(0, 3));
        const logits = await sequence.feed(ids.slice(3, 5));
        await model.release();
        return logits;
      }),
    );
    expect(largestDifference(written[0]!, written[1]!)).toBeLessThan(1e-4);
  });
});
