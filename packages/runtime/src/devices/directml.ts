import { type Accelerator, accelerator } from './accelerator.ts';

/** Direct3D 12 on Windows, part of onnxruntime-node there. */
export const directml: Accelerator = accelerator('dml', {
  name: 'directml',
  summary: 'any GPU on Windows with Direct3D 12',
  needs: {
    platforms: ['win32-x64', 'win32-arm64'],
    setUp: "Install the GPU's driver for Direct3D 12.",
    isAutomatic: true,
  },
  // DXGI_ERROR_DEVICE_REMOVED, _HUNG, _RESET and DRIVER_INTERNAL_ERROR.
  lost: /887A00(?:05|06|07|20)/i,
  kernels: {
    attention: false,
    logSoftmax: true,
    topK: true,
    nonZero: true,
    halfPrecision: true,
    integerProducts: false,
  },
  products: ['float32', 'float16'],
});
