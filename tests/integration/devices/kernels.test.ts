/** Graphs without the operators that some devices lack give what those with them give; both on the CPU, which has all. */
import { type Decoder, openDecoder } from '@linchpin/models';
import { allKernels, type Kernels } from '@linchpin/plugin-api';
import { largestDifference, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyFamilies } from '../tiny-families.ts';
import { logitsOf, scoresOf } from './run-laid.ts';

const none: Kernels = {
  attention: false,
  logSoftmax: false,
  topK: false,
  nonZero: false,
  halfPrecision: false,
  integerProducts: false,
};

/** Of ln p and of logits: sums of float32 in another order. */
const tolerance = 1e-5;

describe.each(tinyFamilies())('$name', (family) => {
  const ids = family.ids[0]!;
  const folder = temporaryFolder();
  let decoder: Decoder;

  beforeAll(async () => {
    await family.write(folder);
    decoder = await openDecoder(folder);
  });

  it('scores alike with and without the operators that devices may lack', async () => {
    const [all, plain] = await Promise.all(
      [allKernels, none].map(async (kernels) => await scoresOf(decoder, ids, { kernels })),
    );
    expect(largestDifference(all!.lastLogProbabilities, plain!.lastLogProbabilities)).toBeLessThan(tolerance);
    expect(largestDifference(all!.nextLogProbabilities, plain!.nextLogProbabilities)).toBeLessThan(tolerance);
    expect(plain!.top).toEqual(all!.top);
  });

  it('writes alike', async () => {
    const written = await Promise.all(
      [allKernels, none].map(async (kernels) => await logitsOf(decoder, ids, { kernels })),
    );
    expect(largestDifference(written[0]!, written[1]!)).toBeLessThan(tolerance);
  });
});
