import type { PackedBatch } from '@linchpin/plugin-api';

/** What runs batches: an executor, of one output a batch or of several. */
interface Running {
  run(batch: PackedBatch): Promise<unknown>;
}

/** The same, with work that ends between two batches when the signal says so. */
export function abortable<Runner extends Running>(runner: Runner, signal: AbortSignal): Runner {
  const run: Running['run'] = async (batch) => {
    signal.throwIfAborted();
    return await runner.run(batch);
  };
  return { ...runner, run };
}
