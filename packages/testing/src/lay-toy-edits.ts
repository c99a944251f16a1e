/** Lays what an intervention asks of a toy's activations and products over modules of its shape. */
import { Graph, printGraph, type Value, verifyGraph } from '@linchpin/onnx';
import { expect } from 'vitest';
import { type ToyModel, toyShape } from './toy-model.ts';

const [rows, columns] = toyShape;

/** Every graph that comes out, printed; each is checked to be sound. */
export function laidEdits(toy: ToyModel): string[] {
  return [...laidRewrites(toy), ...laidExecutions(toy)];
}

function laidRewrites({ rewrites }: ToyModel): string[] {
  return [...rewrites].map(([site, builds]) => {
    const graph = new Graph();
    let value = graph.input('value', 'float32', ['tokens', widthOf(site)]);
    const context = {
      graph,
      input: site.endsWith('.input') ? value : graph.input('input', 'float32', ['tokens', columns]),
      ancestors: graph.input('ancestors', 'bool', ['rows', 'row_length', 'row_length']),
      rowShape: graph.input('row_shape', 'int64', [2]),
    };
    for (const build of builds) {
      const result = build({ ...context, value });
      value = result.value;
      if (result.unresolved !== undefined) graph.output(result.unresolved);
    }
    return printed(graph, value, site);
  });
}

/** Products, with a bias, as a graph lays them. */
function laidExecutions(toy: ToyModel): string[] {
  return [...toy.executions].map(([module, execution]) => {
    const graph = new Graph();
    const matrix = toy.weights().get(`${module}.weight`)!;
    const kept = matrix.slice();
    const tensors = execution.encode(matrix, toyShape);
    expect(matrix).toEqual(kept);
    const shared = new Map<string, readonly Value[]>();
    const value = execution.lay({
      graph,
      x: graph.input('x', 'float32', ['tokens', columns]),
      encoded: new Map(
        tensors.map(({ name, type, shape, data }) => [name, graph.tensor(`encoded:${name}`, type, shape, data)]),
      ),
      bias: graph.input('bias', 'float32', [rows]),
      rowShape: graph.input('row_shape', 'int64', [2]),
      name: 'product',
      shared(key, lay) {
        const values = shared.get(key) ?? lay();
        shared.set(key, values);
        return values;
      },
    });
    expect(JSON.parse(JSON.stringify(execution.encoding))).toEqual(execution.encoding);
    expect(value.shape.at(-1)).toBe(rows);
    return printed(graph, value, `${module} as ${execution.name} ${tensors.map(({ data }) => data.join()).join(';')}`);
  });
}

function printed(graph: Graph, value: Value, title: string): string {
  expect(value.type).toBe('float32');
  graph.output(value, 'laid');
  expect(verifyGraph(graph)).toEqual([]);
  return `${title}\n${printGraph(graph)}`;
}

/** Channels of a toy's site: the modules' matrices are all of one shape, [out, in]. */
export function widthOf(site: string): number {
  return site.endsWith('.input') ? columns : rows;
}
