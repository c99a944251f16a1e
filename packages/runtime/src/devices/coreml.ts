import { type Accelerator, accelerator } from './accelerator.ts';

/** Apple's GPU and neural engine. It knows operators of computer vision best: most of a decoder stays on the CPU, which is why `auto` never takes it. */
export const coreml: Accelerator = accelerator('coreml', {
  name: 'coreml',
  summary: "Apple's GPU and neural engine on macOS",
  needs: { platforms: ['darwin-arm64'], setUp: 'Use a Mac with Apple silicon.', isAutomatic: false },
  kernels: {
    attention: false,
    logSoftmax: false,
    topK: false,
    nonZero: false,
    halfPrecision: false,
    integerProducts: false,
  },
  products: ['float32'],
});
