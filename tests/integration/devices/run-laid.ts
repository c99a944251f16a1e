/** What one checkpoint gives when it is laid in different ways; all on the CPU. */
import { type Decoder, layCheckpoint, type LayOptions, laySteps } from '@linchpin/models';
import { createExecutor, createStepModel } from '@linchpin/runtime';
import { runSequence, type SequenceFacts } from '@linchpin/testing';

export async function scoresOf(decoder: Decoder, ids: readonly number[], options: LayOptions): Promise<SequenceFacts> {
  const executor = await createExecutor(await layCheckpoint(decoder, options));
  try {
    return await runSequence(executor, ids);
  } finally {
    await executor.release();
  }
}

/** Logits behind five ids, of which the last two are fed behind the kept keys of the others. */
export async function logitsOf(
  decoder: Decoder,
  ids: readonly number[],
  options: Pick<LayOptions, 'kernels' | 'dtype'>,
): Promise<Float32Array> {
  const model = await createStepModel(await laySteps(decoder, options));
  try {
    const sequence = model.begin();
    await sequence.feed(ids.slice(0, 3));
    return await sequence.feed(ids.slice(3, 5));
  } finally {
    await model.release();
  }
}
