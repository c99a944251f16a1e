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
import { floats } from './batch-tensors.ts';
import { openSession, type SessionExecutor } from './executor.ts';
import { owning } from './owned.ts';
import { resolveSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';
import { requireWhole } from './stages.ts';

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
  compare(decoder: DecoderGraph, settings?: SessionSettings): Promise<PairedExecutor>;
  /** Frees the session, and removes the files that were made for the graph. */
  release(): Promise<void>;
}

/** Opens a graph that was laid as `reference`. */
export async function createReferenceExecutor(
  decoder: DecoderGraph,
  settings: SessionSettings = resolveSession(decoder),
): Promise<ReferenceExecutor> {
  return await owning(decoder, async (owned) => {
    requireWhole(settings, 'a comparison with a reference');
    if (decoder.comparison !== 'reference') throw internalError('the graph gives no distributions');
    const reference = owned.keep(await openSession(decoder, settings));
    return {
      compare: (compared, own = resolveSession(compared)) =>
        owning(compared, async (ofCompared) => {
          if (compared.comparison !== 'compared') throw internalError('the graph takes no distributions');
          const opened = ofCompared.keep(await openSession(compared, own));
          return { ...paired(reference, opened), release: ofCompared.release };
        }),
      release: owned.release,
    };
  });
}

/** The distributions go from one session to the other as they are: nothing reads them on the way. */
function paired(reference: SessionExecutor, own: SessionExecutor): Omit<PairedExecutor, 'release'> {
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
  };
}
