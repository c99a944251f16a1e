/**
 * Attention of a batch whose trees follow a prefix: every token looks at all keys of the prefix, which the run takes, and at its
 * ancestors in the batch. Without a prefix the run takes keys of length 0. Keys and values of the batch's first tokens are
 * given where they are asked for, so that a prefix is computed by the same graph.
 */
import type { Graph, Value } from '@linchpin/onnx';
import { type CachedTensor, graphInputs } from '@linchpin/plugin-api';
import { type AttendedKeys, type AttentionScope, withinBatch } from './attention-scope.ts';
import type { BatchInputs } from './batch-inputs.ts';

export interface PrefixScope {
  readonly attention: AttentionScope;
  /** In the order of the calls, keys before values; complete when all calls have been laid. */
  readonly tensors: readonly CachedTensor[];
}

export function behindPrefix(graph: Graph, batch: Omit<BatchInputs, 'targets'>): PrefixScope {
  const positions = graph.input(graphInputs.prefixPositions, 'int64', ['rows', 'past']);
  const kept = graph.input(graphInputs.keptTokens, 'int64', [1]);
  const before = graph.sizeAt(graph.apply('Shape', [positions]), 1);
  const [rows, rowLength] = [graph.sizeAt(batch.rowShape, 0), graph.sizeAt(batch.rowShape, 1)];
  const join = (values: readonly Value[]): Value => graph.apply('Concat', values, { attributes: { axis: 0 } });
  const everything = graph.tensor('prefix_visible', 'bool', [1, 1, 1], Uint8Array.of(1));
  const ofPrefix = graph.apply('Expand', [everything, join([rows, rowLength, before])], {
    shape: ['rows', 'row_length', 'past'],
  });
  const within = withinBatch(graph, batch);
  const tensors: CachedTensor[] = [];
  const add = (name: string, own: Value): Value => {
    const width = own.shape[1] as number;
    const past = graph.input(`past:${name}`, 'float32', ['rows', 'past', width]);
    const bounds = [graph.integers([0]), kept, graph.integers([0])];
    const given = graph.apply('Slice', [own, ...bounds], { name, shape: ['kept', width] });
    graph.output(given);
    tensors.push({ past: past.name, present: given.name, width });
    return past;
  };
  let calls = 0;
  const attention: AttentionScope = {
    ...within,
    visible: graph.apply('Concat', [ofPrefix, within.visible], {
      attributes: { axis: 2 },
      shape: ['rows', 'row_length', 'keys'],
      name: 'visible',
    }),
    keyShape: () => join([rows, graph.apply('Add', [before, rowLength])]),
    before,
    keyPositions: () =>
      graph.apply('Concat', [positions, within.keyPositions()], { attributes: { axis: 1 }, shape: ['rows', 'keys'] }),
    extend(key, value): AttendedKeys {
      const call = calls++;
      const past = { key: add(`attention_${call}:keys`, key), value: add(`attention_${call}:values`, value) };
      return { key, value, before: past };
    },
  };
  return { attention, tensors };
}
