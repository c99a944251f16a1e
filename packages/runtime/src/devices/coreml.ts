import { accelerator } from './accelerator.ts';
import type { Device } from '../device.ts';

/** Apple's GPU and neural engine. It knows operators of computer vision best: most of a decoder stays on the CPU, which is why `auto` never takes it. */
export const coreml: Device = accelerator('coreml', {
  name: 'coreml',
  summary: "Apple's GPU and neural engine on macOS",
  platforms: ['darwin-arm64'],
  setUp: 'Use a Mac with Apple silicon.',
  kernels: { attention: false, logSoftmax: false, topK: false, halfPrecision: false, integerProducts: false },
});
