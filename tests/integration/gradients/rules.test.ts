/** Every rule against central differences of the reference evaluator in float64, on random shapes. */
import { gradientRules, gradients, lossOf } from '@linchpin/autodiff';
import type { Graph, Value } from '@linchpin/onnx';
import { evaluateGraph, type Tensor } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCase } from './operator-case.ts';
import { operatorCases } from './operator-cases.ts';

const seeds = [1, 2, 3];
/** Third derivatives times its square stay below the tolerance, and so does rounding divided by it. */
const step = 1e-4;
const tolerance = 3e-7;

const operators = Object.entries(gradientRules).filter(([, { kind }]) => kind === 'rule');

describe.each(operators.map(([operator]) => operator))('%s', (operator) => {
  const cases = operatorCases.filter((each) => each.operator === operator);

  it('has cases', () => {
    expect(cases).not.toEqual([]);
  });

  it.each(cases)('$name', (operatorCase) => {
    for (const seed of seeds) {
      const { builder, loss } = layCase(operatorCase, seed);
      const { graph, feeds, variables } = builder;
      const again = layCase(operatorCase, seed);
      const forward = { graph: again.builder.graph, loss: again.loss, feeds };
      const laid = gradients(graph, lossOf(graph, loss), variables);
      const values = evaluateGraph(graph, feeds);
      variables.forEach((variable, index) => {
        const got = values.get(laid[index]!.name)!;
        const expected = centralDifferences(forward, variable);
        expect(got.shape).toEqual(expected.shape);
        const largest = Math.max(1, ...expected.data.map(Math.abs));
        got.data.forEach((entry, at) =>
          expect(Math.abs(entry - expected.data[at]!) / largest, `${variable.name}[${at}]`).toBeLessThan(tolerance),
        );
      });
    }
  });
});

interface Function {
  readonly graph: Graph;
  readonly loss: Value;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

function centralDifferences({ graph, loss, feeds }: Function, { name }: Value): Tensor {
  const at = feeds[name]!;
  const lossAt = (index: number, change: number): number => {
    const moved = at.data.with(index, at.data[index]! + change);
    return evaluateGraph(graph, { ...feeds, [name]: { ...at, data: moved } }).get(loss.name)!.data[0]!;
  };
  const data = at.data.map((_, index) => (lossAt(index, step) - lossAt(index, -step)) / (2 * step));
  return { shape: at.shape, data };
}
