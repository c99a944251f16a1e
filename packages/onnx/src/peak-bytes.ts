/**
 * How much memory a run of a graph will take, from the sizes of its values: nodes in the order in which onnxruntime runs them,
 * each value from the node that gives it to the last that reads it.
 */
import { type OperatorName, operators } from './operators.ts';
import type { Graph } from './graph.ts';
import { elementBytes, elementCount, type Dimension, type Node, type Value } from './value.ts';

export interface PeakOptions {
  /** What named sizes are in the run. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Whether what follows from initializers alone is computed once when the session opens; in every run otherwise. */
  readonly foldsConstants: boolean;
}

export interface GraphBytes {
  /** Of initializers that runs read, and of what is computed from them once. */
  readonly constants: number;
  /** Most of what nodes give at one time, the graph's outputs among it; its inputs are the caller's. */
  readonly values: number;
}

export function peakBytes(graph: Graph, { sizes, foldsConstants }: PeakOptions): GraphBytes {
  const shapes = shapesIn(graph, sizes);
  const bytesOf = (name: string): number => elementBytes[graph.value(name).type] * elementCount(shapes.get(name)!);
  const folded = foldsConstants ? constantsOf(graph) : new Set<string>();
  const nodes = executionOrder(graph).filter(({ outputs }) => !folded.has(outputs[0]!));
  const stored = new Set([...folded, ...graph.initializers.map(({ value }) => value.name)]);
  const read = new Set(nodes.flatMap(({ inputs }) => inputs).filter((name) => stored.has(name)));
  const values = peakOf({ nodes, outputs: graph.outputs, bytesOf, isFree: isFreeOf(shapes) });
  return { constants: [...read].reduce((sum, name) => sum + bytesOf(name), 0), values };
}

/** The same without the runs: bytes of the constants that a session holds. */
export function constantBytes(graph: Graph, foldsConstants: boolean): number {
  const folded = foldsConstants ? constantsOf(graph) : new Set<string>();
  const held = new Set([...folded, ...graph.initializers.map(({ value }) => value.name)]);
  const nodes = graph.nodes.filter(({ outputs }) => !folded.has(outputs[0]!));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs).filter((name) => held.has(name)));
  return [...read].reduce((sum, name) => sum + knownBytes(graph.value(name)), 0);
}

/** Bytes of a value in which every size that only a run knows is 1. */
export function knownBytes({ type, shape }: Value): number {
  return elementBytes[type] * elementCount(shape.map((size) => (typeof size === 'number' ? size : 1)));
}

/** Values that follow from initializers alone. */
function constantsOf({ nodes, initializers }: Graph): Set<string> {
  const known = new Set(['', ...initializers.map(({ value }) => value.name)]);
  const computed = new Set<string>();
  for (const { inputs, outputs } of nodes) {
    if (!inputs.every((name) => known.has(name))) continue;
    for (const name of outputs) {
      known.add(name);
      computed.add(name);
    }
  }
  return computed;
}

/**
 * Each node as late as what reads it, from the last node that nothing reads: its operands first, of these the one that was
 * laid last before the others.
 */
function executionOrder({ nodes }: Graph): Node[] {
  const giver = new Map(nodes.flatMap((node, index) => node.outputs.map((name) => [name, index] as const)));
  const givers = nodes.map(({ inputs }) =>
    [...new Set(inputs.flatMap((name) => giver.get(name) ?? []))].toSorted((a, b) => a - b),
  );
  const isRead = new Set(givers.flat());
  const order: Node[] = [];
  const seen = new Set<number>();
  const stack = nodes.flatMap((_, index) => (isRead.has(index) ? [] : [{ index, isDone: false }]));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.isDone) order.push(nodes[top.index]!);
    else if (!seen.has(top.index)) {
      seen.add(top.index);
      stack.push({ ...top, isDone: true });
      for (const index of givers[top.index]!) if (!seen.has(index)) stack.push({ index, isDone: false });
    }
  }
  return order;
}

/** Operators that give the bytes of their first operand under another shape. */
const views: ReadonlySet<string> = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Identity']);

/** Operators that write over an operand which nothing reads any more. */
const inPlace: ReadonlySet<string> = new Set(
  'Abs Add Clip Div Erf Exp Log Mul Neg Relu ScatterElements ScatterND Sigmoid Softmax Sqrt Sub Tanh'.split(' '),
);

interface Walked {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
  readonly bytesOf: (name: string) => number;
  /** The operand whose bytes the node may take over, where it is its last reader. */
  readonly isFree: (node: Node) => readonly string[];
}

function peakOf({ nodes, outputs, bytesOf, isFree }: Walked): number {
  const reads = new Map<string, number>();
  for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...outputs.map((each) => each.name)])
    reads.set(name, (reads.get(name) ?? 0) + 1);
  /** By name, whose bytes a value has, and by those how many reads are to come. */
  const owner = new Map<string, string>();
  const left = new Map<string, number>();
  let [now, most] = [0, 0];
  for (const node of nodes) {
    const [output] = node.outputs;
    const last = views.has(node.operator)
      ? owner.get(node.inputs[0]!)
      : isFree(node)
          .map((name) => owner.get(name))
          .find((name) => name !== undefined && left.get(name) === 1);
    for (const name of node.outputs) {
      // Other shapes of inputs and constants are the caller's, as these are.
      if (views.has(node.operator) && last === undefined) continue;
      const own = name === output && last !== undefined ? last : name;
      owner.set(name, own);
      if (own === name) now += bytesOf(name);
      left.set(own, (left.get(own) ?? 0) + (reads.get(name) ?? 0));
    }
    most = Math.max(most, now);
    const behind = [...node.inputs, ...node.outputs.filter((name) => !reads.has(name))];
    for (const name of behind) {
      const own = owner.get(name);
      if (own === undefined) continue;
      if (reads.has(name)) left.set(own, left.get(own)! - 1);
      if (left.get(own) === 0) {
        now -= bytesOf(own);
        left.delete(own);
      }
    }
  }
  return most;
}

function isFreeOf(shapes: ReadonlyMap<string, readonly number[]>): Walked['isFree'] {
  return ({ operator, inputs, outputs }) => {
    if (!inPlace.has(operator)) return [];
    const elements = elementCount(shapes.get(outputs[0]!)!);
    const operands = inputs.length === 2 ? inputs : inputs.slice(0, 1);
    return operands.filter((name) => shapes.has(name) && elementCount(shapes.get(name)!) === elements);
  };
}

/** Shapes in numbers: by name, where all sizes have one, else by what the operator makes of its operands. */
function shapesIn(graph: Graph, sizes: ReadonlyMap<string, number>): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  const bound = (size: Dimension): number | undefined => (typeof size === 'number' ? size : sizes.get(size));
  const known = (shape: readonly Dimension[]): number[] | undefined => {
    const numbers = shape.map(bound);
    return numbers.every((size) => size !== undefined) ? numbers : undefined;
  };
  for (const value of [...graph.inputs, ...graph.initializers.map((each) => each.value)])
    shapes.set(value.name, known(value.shape) ?? value.shape.map((size) => bound(size) ?? 1));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) =>
      name === '' ? { name, type: 'float32' as const, shape: [] } : { ...graph.value(name), shape: shapes.get(name)! },
    );
    const most = Math.max(0, ...inputs.map(({ shape }) => elementCount(shape)));
    const inferred = node.outputs.every((name) => known(graph.value(name).shape) !== undefined)
      ? []
      : inferredOf(node, inputs);
    node.outputs.forEach((name, index) => {
      const { shape } = graph.value(name);
      const byOperator = inferred[index] === undefined ? undefined : known(inferred[index].shape);
      shapes.set(name, known(shape) ?? byOperator ?? filled(shape.map(bound), fewest(node, most)));
    });
  }
  return shapes;
}

/** Sizes that were filled in may contradict each other: what they lead to is then filled in, too. */
function inferredOf(node: Node, inputs: readonly Value[]): readonly { readonly shape: readonly Dimension[] }[] {
  try {
    return operators[node.operator as OperatorName].infer(inputs, node.attributes);
  } catch {
    return [];
  }
}

/** Elements that an operator gives where its shape is not known: no more than it has, and of a cut the fewest. */
function fewest({ operator }: Node, most: number): number {
  return operator === 'Slice' ? 0 : most;
}

/** Unknown sizes together have what is left of the elements; at least one. */
function filled(shape: readonly (number | undefined)[], elements: number): number[] {
  const rest = Math.max(1, Math.ceil(elements / elementCount(shape.map((size) => size ?? 1))));
  const first = shape.indexOf(undefined);
  return shape.map((size, axis) => size ?? (axis === first ? rest : 1));
}
