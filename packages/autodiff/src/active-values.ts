/** What depends on trained tensors in a way that gradients follow. */
import type { Graph, Node, OperatorName } from '@linchpin/onnx';
import { gradientRules } from './rules.ts';
import { isFloating } from './rules/elementwise.ts';

/** Names of the values that the sources reach through some of the graph's nodes, the sources among them; nothing flows through constants. */
export function activeValues(
  graph: Graph,
  nodes: readonly Node[],
  { sources, constants }: { readonly sources: Iterable<string>; readonly constants: ReadonlySet<string> },
): Set<string> {
  const active = new Set(sources);
  for (const node of nodes) {
    if (gradientRules[node.operator as OperatorName].kind === 'discrete') continue;
    if (!node.inputs.some((name) => active.has(name))) continue;
    for (const name of node.outputs) if (!constants.has(name) && isFloating(graph.value(name))) active.add(name);
  }
  return active;
}
