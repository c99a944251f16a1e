import { comparisonAlpha, comparisonLeastSpeed, comparisonMostMemory, comparisonTolerance } from '@linchpin/defaults';
import type { CompareOptions } from './comparison.ts';

/**
 * What holds unless said otherwise. Equal settings on one machine give equal bits; the tolerance is for small differences
 * of machine or settings. Batches of very different sizes can exceed it: 1.9e-5 was measured once (docs/determinism.md).
 */
export const defaultOptions: CompareOptions = {
  tolerance: comparisonTolerance,
  alpha: comparisonAlpha,
  judge: 'numbers',
  leastSpeed: comparisonLeastSpeed,
  mostMemory: comparisonMostMemory,
  failOn: [],
};
