import { Graph, printGraph, verifyGraph } from '@linchpin/onnx';
import type { Intervention } from '@linchpin/plugin-api';
import { testIntervention, toyModel, toyShape } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { plugin } from './plugin.ts';
import { restoreSuperActivation } from './restore-super-activation.ts';

const weights = [{ layer: 1, row: 2, column: 3 }];
const prune: Intervention = {
  name: 'prune',
  version: 1,
  settings: {},
  edit: (model) => model.weight('layers.1.down.weight').set(2, 3, 0),
};

testIntervention({
  plugin,
  neutral: () => restoreSuperActivation({ weights: [] }),
  active: { weights: ['1:2:3'] },
  superWeights: weights,
  allOptions: { weights: ['0:0:0'] },
  usesSuperWeights: true,
  changes: [],
  rewrites: ['layers.1.down.output'],
  before: [prune],
});

it('refuses to restore a channel from which nothing was taken', async () => {
  await expect(restoreSuperActivation({ weights }).edit(toyModel().model)).rejects.toMatchObject({
    code: 'restore-super-activation/nothing-to-restore',
  });
});

it('restores a channel once, however many super weights write on it', async () => {
  const toy = toyModel();
  await prune.edit(toy.model);
  await restoreSuperActivation({ weights: [...weights, { layer: 1, row: 2, column: 5 }] }).edit(toy.model);
  expect(toy.rewrites.get('layers.1.down.output')?.length).toBe(1);
});

it('builds a sound graph', async () => {
  const toy = toyModel();
  await prune.edit(toy.model);
  await restoreSuperActivation({ weights }).edit(toy.model);
  const graph = new Graph();
  const [rows, columns] = toyShape;
  const context = {
    graph,
    value: graph.input('value', 'float32', ['tokens', rows]),
    input: graph.input('input', 'float32', ['tokens', columns]),
    ancestors: graph.input('ancestors', 'bool', ['rows', 'row_length', 'row_length']),
    rowShape: graph.input('row_shape', 'int64', [2]),
  };
  const result = toy.rewrites.get('layers.1.down.output')![0]!(context);
  graph.output(result.value, 'restored');
  graph.output(result.unresolved!, 'unresolved');
  expect(verifyGraph(graph)).toEqual([]);
  expect(printGraph(graph)).toMatchSnapshot();
});
