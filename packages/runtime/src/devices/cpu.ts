import { allKernels } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import type { Device, SessionGraph } from '../device.ts';
import type { SessionSettings } from '../session-settings.ts';

/**
 * Most bytes of float32 weights of which onnxruntime may make packed copies in memory. By the size alone, for packed products sum in
 * another order; a model of more would need its memory twice, and long batches gain nothing by it (EXPERIMENTS.md).
 */
const mostPackedBytes = 8 * 2 ** 30;

export const cpu: Device = {
  name: 'cpu',
  summary: 'the processor itself',
  kernels: allKernels,
  // Its provider casts float16 to float32 around every product, which gains nothing and rounds (EXPERIMENTS.md), and has none in bfloat16.
  products: ['float32'],
  castWeights: ['once', 'every-batch'],
  trains: true,
  sessionOptions({ weightFolder, isTrained = false, float32Bytes = 0 }, { threads, castWeights, packs, profile }) {
    return {
      executionProviders: ['cpu'],
      // Constant folding is what casts at once; without optimizations each run casts anew, a matrix when its product comes.
      graphOptimizationLevel: castWeights === 'once' || isTrained ? 'all' : 'disabled',
      // Plans the memory of a batch for the next of its shape, and holds it beside what the batches take: a third more of it.
      enableMemPattern: false,
      // Given always: by itself onnxruntime heeds no quota, and ties threads to cores that another session may use.
      intraOpNumThreads: threads,
      ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
      ...extra({ weightFolder, isTrained, float32Bytes }, { castWeights, packs }),
      logSeverityLevel: 4,
    };
  },
};

/** What onnxruntime's options have no field for. */
function extra(
  { weightFolder, isTrained, float32Bytes = 0 }: { [Name in keyof SessionGraph]: SessionGraph[Name] | undefined },
  { castWeights, packs = false }: Pick<SessionSettings, 'castWeights'> & { readonly packs?: boolean | undefined },
): Pick<InferenceSession.SessionOptions, 'extra'> {
  const session = {
    ...(weightFolder === undefined ? {} : { model_external_initializers_file_folder_path: weightFolder }),
    // A training reads frozen weights in two forms: whether both are packed was decided from what memory there is.
    ...((isTrained === true ? !packs : float32Bytes > mostPackedBytes) ? { disable_prepacking: '1' } : {}),
  };
  const castsAgain = isTrained === true && castWeights === 'every-batch';
  const optimization = castsAgain ? { optimization: { disable_specified_optimizers: 'ConstantFolding' } } : {};
  return Object.keys(session).length === 0 && !castsAgain ? {} : { extra: { session, ...optimization } };
}
