import protobuf from 'protobufjs/light.js';
import { describe, expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { schema } from './onnx-schema.ts';
import { serializeGraph } from './serialize.ts';

describe('serializeGraph', () => {
  it('writes nodes, shapes, attributes and references to outside data', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['tokens', 2]);
    const weight = graph.external('w', 'bfloat16', [2, 2], { location: 'a/b.safetensors', offset: 77, length: 8 });
    const product = graph.apply('Gemm', [x, graph.cast(weight, 'float32')], { attributes: { transB: 1 } });
    graph.output(graph.apply('QuickGelu', [product], { attributes: { alpha: 1 } }), 'y');
    const message = protobuf.Root.fromJSON(schema).lookupType('onnx.ModelProto').decode(serializeGraph(graph));
    const model = JSON.parse(JSON.stringify(message)) as { graph: Record<string, unknown[]> };
    expect(model.graph['input']).toEqual([
      { name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'tokens' }, { dimValue: '2' }] } } } },
    ]);
    expect(model.graph['initializer']).toEqual([
      {
        name: 'w',
        dims: ['2', '2'],
        dataType: 16,
        dataLocation: 1,
        externalData: [
          { key: 'location', value: 'a/b.safetensors' },
          { key: 'offset', value: '77' },
          { key: 'length', value: '8' },
        ],
      },
    ]);
    expect(model.graph['node']).toMatchObject([
      { opType: 'Cast', attribute: [{ name: 'to', type: 2, i: '1' }] },
      { opType: 'Gemm', attribute: [{ name: 'transB', type: 2, i: '1' }] },
      { opType: 'QuickGelu', domain: 'com.microsoft', attribute: [{ name: 'alpha', type: 1, f: 1 }] },
      { opType: 'Identity', output: ['y'] },
    ]);
  });

  it('puts casts of weights before what computes, so that each is run when its product is', () => {
    const graph = new Graph();
    const x = graph.apply('Relu', [graph.input('x', 'float32', ['tokens', 2])]);
    const weight = graph.external('w', 'bfloat16', [2, 2], { location: 'w.safetensors', offset: 0, length: 8 });
    graph.output(graph.apply('Gemm', [x, graph.cast(weight, 'float32')]), 'y');
    const message = protobuf.Root.fromJSON(schema).lookupType('onnx.ModelProto').decode(serializeGraph(graph));
    const model = JSON.parse(JSON.stringify(message)) as { graph: { node: { opType: string }[] } };
    expect(model.graph.node.map(({ opType }) => opType)).toEqual(['Cast', 'Relu', 'Gemm', 'Identity']);
  });
});
