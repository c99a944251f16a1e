/** How much of a part of a run came from the store: without it the time of the part would look like the model's. */
import type { BatchCounts } from '@linchpin/run-store';

/** Begins to count; the function it gives says what has come from the store since, and nothing where nothing has. */
export function storeMeter(counts: BatchCounts | undefined): () => string {
  if (counts === undefined) return () => '';
  const before = { remembered: counts.remembered, computed: counts.computed };
  return () => {
    const remembered = counts.remembered - before.remembered;
    const all = remembered + counts.computed - before.computed;
    return remembered === 0 ? '' : `, ${remembered} of ${all} batches from the store`;
  };
}
