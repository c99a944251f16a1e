/** Keys and values that one run of a step graph gives to the next. */
import type { Graph, Value } from '@linchpin/onnx';
import type { CachedTensor } from '@linchpin/plugin-api';
import type { KeysAndValues } from '../graph/attention-scope.ts';

export class KeyValueCache {
  /** In the order of the calls, keys before values. */
  readonly tensors: CachedTensor[] = [];
  readonly #graph: Graph;
  readonly #rowShape: Value;
  #calls = 0;

  /** `rowShape` is that of the tokens: int64 [2] = [rows, row_length]. */
  constructor(graph: Graph, rowShape: Value) {
    this.#graph = graph;
    this.#rowShape = rowShape;
  }

  /** The keys and values of the next attention call, behind those of the tokens before: each float32 [rows · keys, width]. */
  extend(key: Value, value: Value): KeysAndValues {
    const call = this.#calls++;
    return { key: this.#grow(`attention_${call}:keys`, key), value: this.#grow(`attention_${call}:values`, value) };
  }

  #grow(name: string, added: Value): Value {
    const graph = this.#graph;
    const width = added.shape[1] as number;
    const past = graph.input(`past:${name}`, 'float32', ['rows', 'past', width]);
    const folded = graph.apply('Concat', [this.#rowShape, graph.integers([width])], { attributes: { axis: 0 } });
    const rows = graph.reshape(added, folded, ['rows', 'row_length', width]);
    const shape = ['rows', 'keys', width];
    const all = graph.apply('Concat', [past, rows], { attributes: { axis: 1 }, name, shape });
    this.tensors.push({ past: past.name, present: all.name, width });
    graph.output(all);
    return graph.reshape(all, [-1, width], ['keys', width]);
  }
}
