/** Two graphs on the same batches: how far the distributions of one lie from those of the other. */
import { internalError } from '@linchpin/errors';
import {
  type BatchOutput,
  type DecoderGraph,
  type Executor,
  graphInputs,
  graphOutputs,
  type PackedBatch,
} from '@linchpin/plugin-api';
import { floats, openSession, type SessionExecutor } from './executor.ts';
import type { RuntimeOptions } from './session-options.ts';

export interface PairedOutput extends BatchOutput {
  /** KL(reference ‖ own) of the distribution after each scored token, in nats. */
  readonly divergences: Float32Array; // [scored]
  /** What the reference says of the same batch. */
  readonly reference: BatchOutput;
}

export interface PairedExecutor extends Executor {
  run(batch: PackedBatch): Promise<PairedOutput>;
}

/** The model that others are compared with. Its session stays open until `release`, whatever is compared. */
export interface ReferenceExecutor {
  /** Opens a graph that was laid as `compared`; releasing it leaves the reference open. */
  compare(decoder: DecoderGraph, options?: RuntimeOptions): Promise<PairedExecutor>;
  release(): Promise<void>;
}

/** Opens a graph that was laid as `reference`. */
export async function createReferenceExecutor(
  decoder: DecoderGraph,
  options: RuntimeOptions = {},
): Promise<ReferenceExecutor> {
  if (decoder.comparison !== 'reference') throw internalError('the graph gives no distributions');
  const reference = await openSession(decoder, options);
  return {
    async compare(compared, comparedOptions) {
      if (compared.comparison !== 'compared') throw internalError('the graph takes no distributions');
      return paired(reference, await openSession(compared, comparedOptions));
    },
    release: () => reference.release(),
  };
}

/** The distributions go from one session to the other as they are: nothing reads them on the way. */
function paired(reference: SessionExecutor, own: SessionExecutor): PairedExecutor {
  return {
    contextLength: own.contextLength,
    vocabularySize: own.vocabularySize,
    isolatesSequences: own.isolatesSequences,
    async run(batch) {
      const expected = await reference.outputs(batch);
      const distributions = expected[graphOutputs.distributions]!; // [scored, vocabulary]
      const outputs = await own.outputs(batch, { [graphInputs.referenceDistributions]: distributions });
      return {
        ...own.read(outputs),
        divergences: floats(outputs, graphOutputs.divergences),
        reference: reference.read(expected),
      };
    },
    release: () => own.release(),
  };
}
