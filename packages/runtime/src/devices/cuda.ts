import { type Accelerator, accelerator } from './accelerator.ts';

/** NVIDIA. Its operator table names `Attention` of opset 23 in float32; 8-bit products are left to no kernel of which exactness was shown. */
export const cuda: Accelerator = accelerator('cuda', {
  name: 'cuda',
  summary: "NVIDIA GPUs, through CUDA 12 and cuDNN 9; onnxruntime-node's install script fetches the provider",
  needs: {
    platforms: ['linux-x64'],
    library: 'libonnxruntime_providers_cuda.so',
    setUp:
      "Install CUDA 12, cuDNN 9 and NVIDIA's driver, and let onnxruntime-node's install script fetch the provider: npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12.",
    isAutomatic: true,
  },
  // Unavailable, none there, uncorrectable memory, illegal address, launch failure, unknown: behind them every call fails.
  lost: /CUDA failure (?:46|100|214|700|719|999)\b/,
  kernels: {
    attention: true,
    logSoftmax: true,
    topK: true,
    nonZero: true,
    halfPrecision: true,
    integerProducts: false,
  },
  products: ['float32', 'float16', 'bfloat16'],
});
