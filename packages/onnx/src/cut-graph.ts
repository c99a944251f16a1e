/**
 * Cuts a graph into parts that run one after the other, each in a session of its own. What does not follow from the input that
 * flows through all of them, such as a mask, is computed by every part that reads it: only what follows from the input crosses.
 */
import { internalError } from '@linchpin/errors';
import type { Graph } from './graph.ts';
import { partOf } from './split-graph.ts';
import type { Node, Value } from './value.ts';

export interface GraphPart {
  /** Takes `takes` besides those inputs of the whole graph that it reads; gives `gives` and its share of the graph's outputs. */
  readonly graph: Graph;
  /** Values that earlier parts give. */
  readonly takes: readonly Value[];
  /** Values that later parts take. */
  readonly gives: readonly Value[];
}

/** Of what follows from constants and other inputs alone. */
const everywhere = -1;

/**
 * The parts in their order, one more than there are names in `at`: a node belongs behind the last of these values that it follows
 * from. Together the parts give what the graph gives. Throws where a value does not follow from the input and the values before it.
 */
export function cutGraph(graph: Graph, input: string, at: readonly string[]): GraphPart[] {
  const made = new Map([[input, 0]]);
  const ofNode = new Map<Node, number>();
  const behind = (name: string): number => {
    const cut = at.indexOf(name);
    return cut < 0 ? (made.get(name) ?? everywhere) : cut + 1;
  };
  for (const node of graph.nodes) {
    const part = Math.max(...node.inputs.map(behind), everywhere);
    ofNode.set(node, part);
    for (const name of node.outputs) made.set(name, part);
  }
  at.forEach((name, index) => {
    if (made.get(name) !== index) throw internalError(`the graph cannot be cut at ${name}`);
  });
  const madeIn = (name: string): number => made.get(name) ?? everywhere;
  const takes = [...at, ''].map((_, part) => {
    const read = new Set(graph.nodes.filter((node) => ofNode.get(node) === part).flatMap(({ inputs }) => inputs));
    const earlier = [...read].filter((name) => name !== input && madeIn(name) !== everywhere && madeIn(name) < part);
    return earlier.map((name) => graph.value(name));
  });
  return takes.map((taken, part): GraphPart => {
    const gives = [...new Set(takes.flat())].filter(({ name }) => madeIn(name) === part);
    const outputs = graph.outputs.filter(({ name }) => Math.max(0, madeIn(name)) === part);
    const leftOut = new Set(graph.nodes.filter((node) => ![everywhere, part].includes(ofNode.get(node)!)));
    const own = partOf(graph, { leftOut, fed: taken, outputs: [...new Set([...gives, ...outputs])] });
    return { graph: own, takes: taken, gives };
  });
}
