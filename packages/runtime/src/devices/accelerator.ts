/** What devices that are no CPU have in common. */
import type { InferenceSession } from 'onnxruntime-node';
import type { Device, DeviceNeeds } from '../device.ts';

export interface Accelerator extends Device {
  readonly needs: DeviceNeeds;
}

/**
 * Onnxruntime splits the graph: what the provider has no kernel for is computed by the CPU behind it. Constants are folded when a
 * session opens, so that half-precision weights are cast once and uploaded once.
 */
export function accelerator(
  provider: InferenceSession.ExecutionProviderConfig,
  device: Omit<Accelerator, 'sessionOptions' | 'castWeights' | 'trains'>,
): Accelerator {
  return {
    ...device,
    castWeights: ['once'],
    trains: false,
    sessionOptions({ weightFolder }, { threads, profile }) {
      return {
        executionProviders: [provider, 'cpu'],
        graphOptimizationLevel: 'all',
        enableMemPattern: false,
        intraOpNumThreads: threads,
        ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
        ...(weightFolder === undefined
          ? {}
          : { extra: { session: { model_external_initializers_file_folder_path: weightFolder } } }),
        logSeverityLevel: 4,
      };
    },
  };
}
