/** What a run of a few tokens does not have: who sees whom among all tokens of a sequence. */
import type { Value } from '@linchpin/onnx';
import type { LaidPlan } from '../graph/lay-plan.ts';

/** Stand for it, and are part of no graph, so that whoever asks is found. */
export const wholeSequence: Readonly<Record<'ancestors' | 'rowShape', Value>> = {
  ancestors: { name: 'whole:ancestors', type: 'bool', shape: ['rows', 'row_length', 'row_length'] },
  rowShape: { name: 'whole:row_shape', type: 'int64', shape: [2] },
};

/** Whether an edit or the family looks at the whole sequence, or leaves tokens undecided for which it has to be run again. */
export function asksForWhole({ facts: { graph }, parts }: LaidPlan): boolean {
  const whole = new Set<string>(Object.values(wholeSequence).map(({ name }) => name));
  return parts.unresolved !== undefined || graph.nodes.some((node) => node.inputs.some((input) => whole.has(input)));
}
