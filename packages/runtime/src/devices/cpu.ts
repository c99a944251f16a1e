import type { Device } from '../device.ts';
import { engineName } from '../onnxruntime.ts';

export const cpu: Device = {
  name: 'cpu',
  engine: engineName,
  sessionOptions({ weightFolder, isTrained = false }, { threads, castWeights, profile }) {
    return {
      executionProviders: ['cpu'],
      // Constant folding is what casts at once; without optimizations each run casts anew, a matrix when its product comes.
      graphOptimizationLevel: castWeights === 'once' || isTrained ? 'all' : 'disabled',
      // Plans the memory of a batch for the next of its shape, and holds it beside what the batches take: a third more of it.
      enableMemPattern: false,
      // Given always: by itself onnxruntime heeds no quota, and ties threads to cores that another session may use.
      intraOpNumThreads: threads,
      ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
      extra: {
        session: {
          ...(weightFolder === undefined ? {} : { model_external_initializers_file_folder_path: weightFolder }),
          // A prepacked copy of each frozen weight would lie beside the weight, which the backward products read.
          ...(isTrained ? { disable_prepacking: '1' } : {}),
        },
        ...(isTrained && castWeights === 'every-batch'
          ? { optimization: { disable_specified_optimizers: 'ConstantFolding' } }
          : {}),
      },
      logSeverityLevel: 4,
    };
  },
};
