/** Checks a finished graph, apart from the code that builds it: what it finds is a bug of ours. */
import type { Graph } from './graph.ts';
import { ruleOf } from './operators.ts';
import { elementBytes, elementCount, type Node, type Value } from './value.ts';

/** Everything that is wrong with a graph, one sentence each; empty when it is sound. */
export function verifyGraph(graph: Graph): string[] {
  const problems: string[] = [];
  const known = new Set<string>();
  const define = (name: string, where: string): void => {
    if (name === '') problems.push(`${where} defines a value without a name`);
    if (known.has(name)) problems.push(`${where} defines ${name} a second time`);
    known.add(name);
  };
  for (const input of graph.inputs) define(input.name, 'an input');
  for (const { value, data } of graph.initializers) {
    define(value.name, 'an initializer');
    problems.push(...initializerProblems(value, data));
  }
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input !== '' && !known.has(input)) problems.push(`${node.operator} reads ${input} before it is there`);
    }
    problems.push(...nodeProblems(node));
    for (const output of node.outputs) define(output, node.operator);
  }
  for (const output of graph.outputs)
    if (!known.has(output.name)) problems.push(`the output ${output.name} is never computed`);
  if (graph.outputs.length === 0) problems.push('the graph has no output');
  return [...problems, ...unread(graph)];
}

function nodeProblems(node: Node): string[] {
  const rule = ruleOf(node.operator);
  if (rule === undefined) return [`the operator ${node.operator} is not one that graphs here may use`];
  const problems: string[] = [];
  const [fewest, most] = rule.arity;
  if (node.inputs.length < fewest || node.inputs.length > most) {
    problems.push(`${node.operator} has ${node.inputs.length} inputs, it takes ${fewest} to ${most}`);
  }
  for (const [name, value] of Object.entries(node.attributes)) {
    const kind = rule.attributes[name];
    if (kind === undefined) problems.push(`${node.operator} has no attribute ${name}`);
    else if (!fits(kind, value)) problems.push(`the attribute ${name} of ${node.operator} is no ${kind}`);
  }
  return problems;
}

function fits(kind: 'int' | 'float' | 'string' | 'ints', value: unknown): boolean {
  if (kind === 'ints') return Array.isArray(value) && value.every(Number.isInteger);
  if (kind === 'int') return Number.isInteger(value);
  return kind === 'float' ? typeof value === 'number' : typeof value === 'string';
}

function initializerProblems(value: Value, data: { readonly length: number }): string[] {
  const { name, shape, type } = value;
  if (!shape.every((size) => typeof size === 'number')) return [`the initializer ${name} has a size without a number`];
  const expected = elementCount(shape) * elementBytes[type];
  return data.length === expected
    ? []
    : [`the initializer ${name} has ${data.length} bytes, its shape needs ${expected}`];
}

/** What nobody reads is a sign that a site or an edit was wired past the graph. */
function unread(graph: Graph): string[] {
  const read = new Set([...graph.outputs.map((value) => value.name), ...graph.nodes.flatMap((node) => node.inputs)]);
  const nodes = graph.nodes.filter((node) => node.outputs.every((name) => !read.has(name)));
  const initializers = graph.initializers.filter(({ value }) => !read.has(value.name));
  return [
    ...nodes.map((node) => `nobody reads ${node.outputs.join(', ')} of ${node.operator}`),
    ...initializers.map(({ value }) => `nobody reads the initializer ${value.name}`),
  ];
}
