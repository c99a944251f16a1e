/** Computes nodes a second time, so that what they gave need not be kept (gradient checkpointing, arXiv 1604.06174). */
import type { Graph, Node, Value } from '@linchpin/onnx';

interface Recomputed {
  readonly from: string;
  readonly by: Value;
  /** Reads a weight anew instead of a cast of it, which would be kept since the first time. */
  readonly castAgain: (name: string) => Value | undefined;
}

/**
 * Lays again all of the nodes that depend on a value, over another one in its place. Gives what was computed again by the name of
 * what was computed first.
 */
export function recompute(
  graph: Graph,
  nodes: readonly Node[],
  { from, by, castAgain }: Recomputed,
): Map<string, Value> {
  const again = new Map([[from, by]]);
  for (const node of nodes) {
    if (!node.inputs.some((name) => again.has(name))) continue;
    const outputs = node.outputs.map((name) => ({ ...graph.value(name), name: `${name}:again` }));
    const inputs = node.inputs.map((name) => (again.get(name) ?? castAgain(name))?.name ?? name);
    graph.adopt({ ...node, inputs, outputs: outputs.map(({ name }) => name) }, outputs);
    node.outputs.forEach((name, index) => again.set(name, outputs[index]!));
  }
  return again;
}
