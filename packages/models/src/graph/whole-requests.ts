/**
 * Stand for what a run does not have that gets parts of requests: who sees whom in whole ones. They are part of no graph, so
 * that an edit which looks across requests is found.
 */
import type { Graph, Value } from '@linchpin/onnx';

export const wholeRequests: { readonly ancestors: Value; readonly rowShape: Value } = {
  ancestors: { name: 'whole:ancestors', type: 'bool', shape: ['rows', 'row_length', 'row_length'] },
  rowShape: { name: 'whole:row_shape', type: 'int64', shape: [2] },
};

/** Whether any node uses them. */
export function asksForWholeRequests({ nodes }: Pick<Graph, 'nodes'>): boolean {
  const whole = new Set<string>(Object.values(wholeRequests).map(({ name }) => name));
  return nodes.some(({ inputs }) => inputs.some((input) => whole.has(input)));
}
