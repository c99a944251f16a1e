/** Keys and values that one run of a step graph gives to the next. */
import type { Graph, Value } from '@linchpin/onnx';
import type { CachedTensor } from '@linchpin/plugin-api';
import type { KeysAndValues } from '../graph/attention.ts';

export class KeyValueCache {
  /** In the order of the calls, keys before values. */
  readonly tensors: CachedTensor[] = [];
  readonly #graph: Graph;
  #calls = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** The keys and values of the next attention call, behind those of the tokens before: each float32 [keys, width]. */
  extend(key: Value, value: Value): KeysAndValues {
    const call = this.#calls++;
    return { key: this.#grow(`attention_${call}:keys`, key), value: this.#grow(`attention_${call}:values`, value) };
  }

  #grow(name: string, added: Value): Value {
    const width = added.shape[1] as number;
    const past = this.#graph.input(`past:${name}`, 'float32', ['past', width]);
    const all = this.#graph.apply('Concat', [past, added], { attributes: { axis: 0 }, name, shape: ['keys', width] });
    this.tensors.push({ past: past.name, present: all.name, width });
    this.#graph.output(all);
    return all;
  }
}
