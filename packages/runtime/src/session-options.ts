import { availableMemory } from 'node:process';
import type { DecoderGraph } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import { threadsFor } from './physical-cores.ts';

export interface RuntimeOptions {
  /** Threads of one session, at most those that the system grants; one a physical core when absent. */
  readonly threads?: number;
  /**
   * How half-precision weights become float32, which the CPU's matrix product needs: once when the session opens (four
   * bytes a weight in memory) or again in every batch (two, a tenth slower, opened at once). Absent: once, where that takes
   * an eighth of the free memory at most.
   */
  readonly castWeights?: CastWeights;
  /** Prefix of a file into which onnxruntime writes a profile. */
  readonly profile?: string;
}

export type CastWeights = 'once' | 'every-batch';

const largestShareOfMemory = 1 / 8;

/** When the weights of a decoder are cast, unless the user says. */
export function castWeightsFor(
  decoder: Pick<DecoderGraph, 'halfPrecisionElements'>,
  free: number = availableMemory(),
): CastWeights {
  return 4 * decoder.halfPrecisionElements <= largestShareOfMemory * free ? 'once' : 'every-batch';
}

/** onnxruntime's options for one decoder. */
export function sessionOptions(
  decoder: Pick<DecoderGraph, 'weightFolder' | 'halfPrecisionElements'>,
  options: RuntimeOptions,
): InferenceSession.SessionOptions {
  const cast = options.castWeights ?? castWeightsFor(decoder);
  return {
    executionProviders: ['cpu'],
    // Constant folding is what casts at once; without optimizations each run casts anew, a matrix when its product comes.
    graphOptimizationLevel: cast === 'once' ? 'all' : 'disabled',
    // Plans the memory of a batch for the next of its shape, and holds it beside what the batches take: a third more of it.
    enableMemPattern: false,
    // Given always: by itself onnxruntime heeds no quota, and ties threads to cores that another session may use.
    intraOpNumThreads: threadsFor(options.threads),
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    extra: { session: { model_external_initializers_file_folder_path: decoder.weightFolder } },
    logSeverityLevel: 4,
  };
}
