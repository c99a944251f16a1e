import type { CompareOptions } from './comparison.ts';

/**
 * What holds unless said otherwise. The tolerance lies above what another batch size makes of float32 sums, of which 1.5e-6
 * is the largest that was measured (docs/nightly.md).
 */
export const defaultOptions: CompareOptions = {
  tolerance: 1e-5,
  alpha: 0.05,
  judge: 'numbers',
  leastSpeed: 0.8,
  mostMemory: 1.25,
  failOn: [],
};
