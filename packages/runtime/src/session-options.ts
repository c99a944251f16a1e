import type { DecoderGraph } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';

export interface RuntimeOptions {
  /** Threads of one session; every core of the machine when absent. */
  readonly threads?: number;
  /**
   * How half-precision weights become float32, which the CPU's matrix product needs: once when the session opens (twice
   * the file's size in memory) or again in every batch (little memory, slower). Absent: `once` where that fits.
   */
  readonly castWeights?: 'once' | 'every-batch';
  readonly profile?: string;
}

/** onnxruntime's options for one decoder. */
export function sessionOptions(decoder: DecoderGraph, options: RuntimeOptions): InferenceSession.SessionOptions {
  const once = (options.castWeights ?? 'once') === 'once';
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: once ? 'all' : 'disabled',
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    externalData: [...decoder.buffers].map(([path, data]) => ({ path, data })),
    extra: { session: { model_external_initializers_file_folder_path: decoder.weightFolder } },
    logSeverityLevel: 3,
  };
}
