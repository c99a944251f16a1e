import { accelerator } from './accelerator.ts';
import type { Device } from '../device.ts';

/** Direct3D 12 on Windows, part of onnxruntime-node there. */
export const directml: Device = accelerator('dml', {
  name: 'directml',
  summary: 'any GPU on Windows with Direct3D 12',
  platforms: ['win32-x64', 'win32-arm64'],
  setUp: "Install the GPU's driver for Direct3D 12.",
  kernels: { attention: false, logSoftmax: true, topK: true, halfPrecision: true, integerProducts: false },
});
