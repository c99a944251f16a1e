import { printGraph } from '@linchpin/onnx';
import { allKernels, type Intervention, type ModelFamily, type ProductType } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { expectProblem } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { llama } from '../families/llama.ts';
import { EditEffects } from '../edit/edit-effects.ts';
import { collectEdits, type ModelEdits } from '../edit/model-editor.ts';
import { layDecoder } from './lay-decoder.ts';

const config = llama.readConfig(
  {
    model_type: 'llama',
    vocab_size: 16,
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    max_position_embeddings: 4,
    rms_norm_eps: 1e-5,
    hidden_act: 'silu',
    tie_word_embeddings: true,
  },
  'config.json',
  new Set(),
);

/** Half-precision tensors one after the other in a file that need not exist: laying reads no weight. */
const tensors = new Map<string, StoredTensor>();
let offset = 1000;
for (const { name, shape } of llama.tensors(config)) {
  const length = 2 * shape.reduce((product, size) => product * size, 1);
  tensors.set(name, { name, dtype: 'F16', shape, file: '/cache/blobs/weights', offset, length });
  offset += length;
}

const family: ModelFamily = llama;
const unedited: ModelEdits = {
  weights: new Map(),
  scaled: new Map(),
  sites: new Map(),
  products: new Map(),
  encodedChain: [],
  parameters: [],
  beyondWeights: [],
  isolatedBy: [],
  effects: new EditEffects(),
};
const lay = (edits: ModelEdits, kernels = allKernels, dtype?: ProductType) =>
  layDecoder({
    family,
    config,
    tensors,
    edits,
    dtype,
    products: edits.products,
    encoded: new Map(),
    contextLength: 4,
    kernels,
  });

describe('layDecoder', () => {
  it('lays a layer from a packed batch to log-probabilities, weights in their file', () => {
    const decoder = lay(unedited);
    expect(decoder).toMatchObject({
      weightFolder: '/cache/blobs',
      changedWeights: 0,
      readSites: [],
      mayBeUnresolved: false,
    });
    expect(printGraph(decoder.graph)).toMatchSnapshot();
  });

  it.each(['float16', 'bfloat16'] as const)('rounds nothing to %s but what products take and give', (dtype) => {
    const { graph, execution } = lay(unedited, allKernels, dtype);
    expect(execution).toBe(dtype);
    const products = graph.nodes.filter(({ operator }) => operator === 'Gemm');
    expect(products).toHaveLength(8);
    const typesOf = (names: readonly string[]): Set<string> => new Set(names.map((name) => graph.value(name).type));
    expect(typesOf(products.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]))).toEqual(new Set([dtype]));
    const computing = /Attention|Normalization|Softmax|Add|Mul|Sigmoid|RotaryEmbedding/;
    const others = graph.nodes.filter(({ operator }) => computing.test(operator));
    expect(typesOf(others.flatMap(({ outputs }) => outputs))).toEqual(new Set(['float32', 'int64']));
  });

  it('names where layers begin', () => {
    const { graph, layerInputs } = lay(unedited);
    expect(layerInputs!.map((name) => graph.value(name).shape)).toEqual([['tokens', 8]]);
  });

  it('lays from other operators what a device does not compute', () => {
    const { graph } = lay(unedited, {
      attention: false,
      logSoftmax: false,
      topK: false,
      nonZero: false,
      halfPrecision: false,
      integerProducts: false,
    });
    const operators = new Set(graph.nodes.map(({ operator }) => operator));
    expect([...operators].filter((name) => /^(?:Attention|LogSoftmax|TopK)$/.test(name))).toEqual([]);
    expect([...operators]).toEqual(expect.arrayContaining(['Softmax', 'ReduceMax', 'Log', 'ArgMax']));
  });

  it('computes an edited row of a product again, and leaves the matrix in its file', () => {
    const name = 'model.layers.0.mlp.down_proj.weight';
    const before = printGraph(lay(unedited).graph).split('\n');
    const edited = lay({
      ...unedited,
      weights: new Map([[name, { kind: 'rows', rows: [3], values: new Float32Array(12).fill(0.5), changed: 2 }]]),
    });
    expect(edited.changedWeights).toBe(2);
    const added = printGraph(edited.graph)
      .split('\n')
      .filter((line) => !before.includes(line));
    expect(added).toMatchSnapshot();
  });

  it('takes an edited copy of a matrix into the graph', () => {
    const name = 'model.layers.0.self_attn.q_proj.weight';
    const { graph } = lay({
      ...unedited,
      weights: new Map([[name, { kind: 'copy', values: new Float32Array(64), changed: 64 }]]),
    });
    const initializer = graph.initializers.find(({ value }) => value.name === name);
    expect(initializer?.value.type).toBe('float32');
    expect(initializer?.data).toBeInstanceOf(Uint8Array);
  });

  it('keeps every token where an intervention looks behind the last attention', async () => {
    const reading: Intervention = {
      name: 'read',
      version: 1,
      settings: {},
      edit: (model) => model.activation('model.layers.0.mlp.down_proj.output').read(),
    };
    const gathers = (graph: string): number =>
      graph.split('\n').filter((line) => /Gather\(.*scored_tokens\)/.test(line)).length;
    expect(gathers(printGraph(lay(unedited).graph))).toBe(2);
    expect(gathers(printGraph(lay(await collectEdits({ family, config, tensors }, [reading])).graph))).toBe(1);
  });

  it('keeps every token where what is computed of one may depend on the others', () => {
    const nodes = (edits: ModelEdits): number =>
      lay(edits).graph.nodes.filter(({ inputs }) => inputs.includes('scored_tokens')).length;
    expect([nodes(unedited), nodes({ ...unedited, isolatedBy: [0] })]).toEqual([2, 1]);
    expect(lay({ ...unedited, isolatedBy: [0] }).isolatesSequences).toBe(true);
  });

  it('refuses sites and tensors that the model does not have', async () => {
    const edits = await collectEdits({ family, config, tensors }, [], { readSites: ['model.layers.7.output'] });
    expectProblem('models/unknown-site', () => lay(edits));
    const lost: Intervention = {
      name: 'lost',
      version: 1,
      settings: {},
      edit: (model) => void model.weight('model.layers.0.mlp.down.weight'),
    };
    await expect(collectEdits({ family, config, tensors }, [lost])).rejects.toMatchObject({
      code: 'models/unknown-tensor',
    });
    const outside: Intervention = {
      name: 'outside',
      version: 1,
      settings: {},
      edit: (model) => model.weight(model.mlpOutput({ layer: 0 })).set(8, 0, 1),
    };
    await expect(collectEdits({ family, config, tensors }, [outside])).rejects.toMatchObject({
      code: 'models/coordinates-out-of-range',
    });
  });
});
