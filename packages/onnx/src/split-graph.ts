/**
 * Cuts a graph in two where one input begins to matter: what does not depend on it is computed once, however many values
 * the input is fed with. What follows from initializers alone belongs to whoever needs it, so that a weight and its cast
 * never cross the cut.
 */
import { internalError } from '@linchpin/errors';
import { Graph } from './graph.ts';
import type { Node, Value } from './value.ts';

export interface SplitGraph {
  /** Does not have the input. Its outputs are the carried values and the outputs that the input does not change. */
  readonly before: Graph;
  /** Takes the carried values as inputs, besides those of the whole graph that it reads; gives the other outputs. */
  readonly after: Graph;
  /** In the order in which they are computed. */
  readonly carried: readonly Value[];
}

/** Both halves together give what the graph gives. Throws where no node depends on the input. */
export function splitByDependence(graph: Graph, inputName: string): SplitGraph {
  const dependent = dependents(graph, [inputName]);
  if (dependent.nodes.size === 0) throw internalError(`nothing depends on ${inputName}`);
  const variable = dependents(
    graph,
    graph.inputs.map(({ name }) => name),
  ); // all that does not follow from weights alone
  const independent = new Set([...variable.nodes].filter((node) => !dependent.nodes.has(node)));
  const read = new Set([...dependent.nodes].flatMap(({ inputs }) => inputs));
  const carried = [...independent]
    .flatMap(({ outputs }) => outputs)
    .filter((name) => read.has(name))
    .map((name) => graph.value(name));
  const ofBefore = graph.outputs.filter(({ name }) => !dependent.values.has(name));
  const ofAfter = graph.outputs.filter(({ name }) => dependent.values.has(name));
  return {
    before: partOf(graph, { leftOut: dependent.nodes, fed: [], outputs: [...new Set([...carried, ...ofBefore])] }),
    after: partOf(graph, { leftOut: independent, fed: carried, outputs: ofAfter }),
    carried,
  };
}

/** The same outputs from what they need, and nothing else. */
export function withoutUnread(graph: Graph): Graph {
  return partOf(graph, { leftOut: new Set(), fed: [], outputs: graph.outputs });
}

interface Dependents {
  readonly nodes: ReadonlySet<Node>;
  readonly values: ReadonlySet<string>;
}

/** The nodes that some of the values reach, and those values with what the nodes give. */
function dependents(graph: Graph, from: readonly string[]): Dependents {
  const values = new Set(from);
  const nodes = new Set<Node>();
  for (const node of graph.nodes) {
    if (!node.inputs.some((name) => values.has(name))) continue;
    nodes.add(node);
    for (const name of node.outputs) values.add(name);
  }
  return { nodes, values };
}

interface PartLimits {
  /** Nodes of other parts. */
  readonly leftOut: ReadonlySet<Node>;
  /** Values of other parts that this one is fed with. */
  readonly fed: readonly Value[];
  readonly outputs: readonly Value[];
}

/** What the outputs need, and nothing else. */
export function partOf(graph: Graph, { leftOut, fed, outputs }: PartLimits): Graph {
  const needed = new Set(outputs.map(({ name }) => name));
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (leftOut.has(node) || !node.outputs.some((name) => needed.has(name))) return false;
    for (const name of node.inputs) needed.add(name);
    return true;
  });
  const part = new Graph();
  for (const { name, type, shape } of [...graph.inputs.filter((input) => needed.has(input.name)), ...fed])
    part.input(name, type, shape);
  for (const initializer of graph.initializers)
    if (needed.has(initializer.value.name)) part.adoptInitializer(initializer);
  for (const node of nodes.toReversed())
    part.adopt(
      node,
      node.outputs.map((name) => graph.value(name)),
    );
  for (const { name } of outputs) part.output(part.value(name));
  return part;
}
