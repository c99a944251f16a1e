/** One sequence as a batch of one row: for what looks at single sequences, where packing would save nothing. */
import type { PackedBatch } from '@linchpin/plugin-api';

/** Asks for ln p of `targets`, each an id after a token of the sequence. */
export function sequenceBatch(
  ids: readonly number[],
  targets: { readonly tokens: Int32Array; readonly ids: Int32Array },
): PackedBatch {
  const scored = [...new Set(targets.tokens)].toSorted((a, b) => a - b);
  const rowOf = new Map(scored.map((token, row) => [token, row]));
  return {
    rows: 1,
    rowLength: ids.length,
    tokenIds: Int32Array.from(ids),
    positions: Int32Array.from(ids, (_, position) => position),
    subtreeEnds: new Int32Array(ids.length).fill(ids.length),
    scoredTokens: Int32Array.from(scored),
    targetRows: targets.tokens.map((token) => rowOf.get(token)!),
    targetIds: targets.ids,
  };
}

/** Targets of the whole sequence: after every token the one that follows. */
export function nextTokens(ids: readonly number[]): { readonly tokens: Int32Array; readonly ids: Int32Array } {
  return { tokens: Int32Array.from(ids.slice(1), (_, token) => token), ids: Int32Array.from(ids.slice(1)) };
}
