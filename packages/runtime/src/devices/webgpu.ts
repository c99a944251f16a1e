import { type Accelerator, accelerator } from './accelerator.ts';

/**
 * Vulkan, Metal or Direct3D through Dawn, which is part of onnxruntime-node. Version 1.30 has no kernel for `Attention` of opset
 * 23, nor for `LogSoftmax` or `NonZero`, and takes int64 for indices alone; half precision needs an adapter that has
 * `shader-f16`, which it does not say; those for 8-bit products are not exact.
 */
export const webgpu: Accelerator = accelerator('webgpu', {
  name: 'webgpu',
  summary: 'any GPU with a driver for Vulkan, Metal or Direct3D 12',
  needs: {
    platforms: ['linux-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'],
    setUp:
      "Install the GPU's driver for Vulkan (Linux also needs the package libvulkan1) and see that VK_ICD_FILENAMES is not set to another one.",
    isAutomatic: true,
  },
  // Dawn's words, and onnxruntime's where it reads an output of a device that is gone.
  lost: /\bis lost\b|device lost|Failed to download data from buffer/,
  kernels: {
    attention: false,
    logSoftmax: false,
    topK: true,
    nonZero: false,
    halfPrecision: false,
    integerProducts: false,
  },
  // In float16 where the adapter has `shader-f16`: a product is tried before anything is computed.
  products: ['float32', 'float16'],
});
