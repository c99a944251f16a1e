/** A graph over weights that are fed, as one over weights that are stored, in float16 where a data file has them so. */
import { elementTypeCodes, Graph, type Value } from '@linchpin/onnx';
import type { DataPart } from './data-parts.ts';

/** `location` names the data file of a part. */
export function storedGraph(laid: Graph, parts: readonly DataPart[], location: (part: DataPart) => string): Graph {
  const stored = new Map(parts.map((part) => [part.name, part]));
  const graph = new Graph();
  for (const { name, type, shape } of laid.inputs) if (!stored.has(name)) graph.input(name, type, shape);
  const narrow = new Set<string>();
  for (const part of parts) {
    const { name, type, shape, offset, length } = part;
    const isNarrow = type === 'float16';
    if (isNarrow) narrow.add(name);
    graph.external(isNarrow ? halfName(name) : name, type, shape, { location: location(part), offset, length });
  }
  for (const initializer of laid.initializers)
    if (!stored.has(initializer.value.name)) graph.adoptInitializer(initializer);
  const widened = new Set<string>();
  for (const node of laid.nodes) {
    const outputs = node.outputs.map((name) => laid.value(name));
    const [table, indices] = node.inputs;
    // Rows are gathered before they are cast, which keeps a table from being copied whole.
    if (
      node.operator === 'Gather' &&
      table !== undefined &&
      narrow.has(table) &&
      (node.attributes['axis'] ?? 0) === 0
    ) {
      gatherNarrow(graph, { table, indices: graph.value(indices!), output: outputs[0]! });
      continue;
    }
    for (const name of node.inputs.filter((input) => narrow.has(input) && !widened.has(input))) {
      widened.add(name);
      widen(graph, { from: halfName(name), to: laid.value(name) });
    }
    graph.adopt(node, outputs);
  }
  for (const { name } of laid.outputs) graph.output(graph.value(name));
  return graph;
}

function halfName(name: string): string {
  return `${name}:float16`;
}

function gatherNarrow(
  graph: Graph,
  { table, indices, output }: { readonly table: string; readonly indices: Value; readonly output: Value },
): void {
  const rows = graph.apply('Gather', [graph.value(halfName(table)), indices], {
    attributes: { axis: 0 },
    name: `${output.name}:float16`,
  });
  widen(graph, { from: rows.name, to: output });
}

/** A cast to float32 under a given name. */
function widen(graph: Graph, { from, to }: { readonly from: string; readonly to: Value }): void {
  const attributes = { to: elementTypeCodes.float32 };
  graph.adopt({ operator: 'Cast', inputs: [from], outputs: [to.name], attributes }, [to]);
}
