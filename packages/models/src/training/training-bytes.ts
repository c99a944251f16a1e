/** What a batch takes in a session over a training graph, before any is opened. */
import { chunkSizeName } from '@linchpin/autodiff';
import { type GraphBytes, peakBytes } from '@linchpin/onnx';
import type { TrainingGraph } from '@linchpin/plugin-api';

/** A batch by its sizes, padding included. */
export interface BatchSizes {
  readonly rows: number;
  readonly rowLength: number;
  /** Tokens whose next one counts in the loss. */
  readonly scored: number;
}

export interface TrainingBytesOptions {
  readonly batch: BatchSizes;
  /** As the graph was laid with. */
  readonly chunks: number;
  /** Whether half-precision weights are cast in every batch, not once. */
  readonly castsEveryBatch: boolean;
}

export function trainingBytes(
  { graph }: Pick<TrainingGraph, 'graph'>,
  { batch, chunks, castsEveryBatch }: TrainingBytesOptions,
): GraphBytes {
  const { rows, rowLength, scored } = batch;
  const sizes = new Map([
    ['rows', rows],
    ['row_length', rowLength],
    ['tokens', rows * rowLength],
    ['scored', scored],
  ]);
  for (let index = 0; index < chunks; index++) {
    const rest = scored - index * Math.ceil(scored / chunks);
    sizes.set(chunkSizeName(index, chunks, 'scored'), Math.max(0, Math.min(rest, Math.ceil(scored / chunks))));
  }
  return peakBytes(graph, { sizes, foldsConstants: !castsEveryBatch });
}
