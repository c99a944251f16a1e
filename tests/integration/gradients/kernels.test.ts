/** onnxruntime's float32 kernels against the reference evaluator in float64: every operator with a gradient, and the gradients. */
import { gradientRules, gradients, lossOf } from '@linchpin/autodiff';
import { serializeGraph, verifyGraph, withoutUnread } from '@linchpin/onnx';
import { evaluateGraph, largestDifference } from '@linchpin/testing';
import { InferenceSession } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { layCase } from './operator-case.ts';
import { operatorCases } from './operator-cases.ts';
import { runtimeTensor } from './run-training.ts';

const tolerance = 1e-5;

it('has a case of every operator that has a gradient', () => {
  const operators = Object.entries(gradientRules).flatMap(([operator, { kind }]) =>
    kind === 'rule' ? [operator] : [],
  );
  expect(new Set(operatorCases.map(({ operator }) => operator))).toEqual(new Set(operators));
});

it.each(operatorCases)('$operator: $name', async (operatorCase) => {
  const { builder, loss } = layCase(operatorCase, 4);
  const { feeds, variables } = builder;
  const laid = gradients(builder.graph, lossOf(builder.graph, loss), variables);
  builder.graph.output(loss, 'loss');
  laid.forEach((gradient, index) => builder.graph.output(gradient!, `gradient_${index}`));
  const graph = withoutUnread(builder.graph);
  expect(verifyGraph(graph)).toEqual([]);
  const session = await InferenceSession.create(serializeGraph(graph), { logSeverityLevel: 3 });
  const fed = graph.inputs.map((input) => [input.name, runtimeTensor(input, feeds[input.name]!)] as const);
  const outputs = await session.run(Object.fromEntries(fed));
  await session.release();
  const expected = evaluateGraph(graph, feeds);
  for (const { name } of graph.outputs) {
    const values = expected.get(name)!;
    const largest = Math.max(1, ...values.data.map(Math.abs));
    expect(outputs[name]!.dims).toEqual(values.shape);
    expect(largestDifference(outputs[name]!.data as Float32Array, values.data) / largest).toBeLessThan(tolerance);
  }
});
