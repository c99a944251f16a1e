import type { Graph, Value } from '@linchpin/onnx';
import type { AttentionOptions } from '@linchpin/plugin-api';
import type { BatchInputs } from './batch-inputs.ts';

/** What the tokens of a run attend to. */
export interface AttentionScope {
  /** Who may look at whom: bool [rows, row_length, keys]. */
  readonly visible: Value;
  readonly rowShape: Value; // int64 [2] = [rows, row_length]
  /** The keys are those of the row's tokens, and no token looks at one that lies behind it. */
  readonly keysFollowTokens: boolean;
  /** int64 [2] = [rows, keys] */
  keyShape(): Value;
  /** Positions of the tokens: int64 [rows, row_length]. */
  queryPositions(): Value;
  /** Positions of the keys: int64 [rows, keys]. */
  keyPositions(): Value;
  /** The keys and values that one call attends to, from those of the tokens, [tokens, keyValueHeads · headSize]. */
  extend(key: Value, value: Value, sizes: Pick<AttentionOptions, 'heads' | 'keyValueHeads' | 'headSize'>): AttendedKeys;
  /** How many keys stand before those of the row's tokens: int64 [1]; absent where none do. */
  readonly before?: Value;
}

/** Each [rows · keys, keyValueHeads · headSize], or where they are kept by head [rows, keyValueHeads, keys, headSize]. */
export interface KeysAndValues {
  readonly key: Value;
  readonly value: Value;
}

export interface AttendedKeys extends KeysAndValues {
  /** Those that stand before, each [rows, past, width]; the others are of the row's tokens alone then. */
  readonly before?: KeysAndValues;
}

/** The batch by itself: every token looks at its ancestors. */
export function withinBatch(
  graph: Graph,
  { ancestors, rowShape, positions }: Omit<BatchInputs, 'targets'>,
): AttentionScope {
  const folded = (): Value => graph.reshape(positions, rowShape, ['rows', 'row_length']);
  return {
    visible: ancestors,
    rowShape,
    keyShape: () => rowShape,
    keysFollowTokens: true,
    queryPositions: folded,
    keyPositions: folded,
    extend: (key, value) => ({ key, value }),
  };
}
