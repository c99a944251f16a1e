import { printGraph } from '@linchpin/onnx';
import { allKernels, type Intervention, type ModelFamily, stepInputs, stepOutputs } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { describe, expect, it } from 'vitest';
import { collectEdits } from '../edit/model-editor.ts';
import { llama } from '../families/llama.ts';
import type { DecoderPlan } from '../graph/lay-plan.ts';
import { layStepGraph } from './lay-step-graph.ts';

const config = llama.readConfig(
  {
    model_type: 'llama',
    vocab_size: 16,
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 2,
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

/** Tensors one after the other in a file that need not exist: laying reads no weight. */
const tensors = new Map<string, StoredTensor>();
let offset = 1000;
for (const { name, shape } of llama.tensors(config)) {
  const length = 4 * shape.reduce((product, size) => product * size, 1);
  tensors.set(name, { name, dtype: 'F32', shape, file: '/cache/weights', offset, length });
  offset += length;
}

const family: ModelFamily = llama;
const site = 'model.layers.0.mlp.down_proj.output';

async function planOf(edit: Intervention['edit']): Promise<DecoderPlan> {
  const edits = await collectEdits({ family, config, tensors }, [{ name: 'edit', version: 1, settings: {}, edit }]);
  const encoded = new Map();
  return { family, config, tensors, edits, products: edits.products, encoded, contextLength: 4, kernels: allKernels };
}

const names = (values: readonly { readonly name: string }[]): string[] => values.map(({ name }) => name);

describe('layStepGraph', () => {
  it('takes tokens and what came before them, and gives logits and what comes after', async () => {
    const { graph, cache = [] } = layStepGraph(await planOf(() => {}));
    expect(cache.map(({ width }) => width)).toEqual([4, 4, 4, 4]);
    expect(names(graph.inputs)).toEqual([...Object.values(stepInputs), ...cache.map(({ past }) => past)]);
    expect(names(graph.outputs)).toEqual([...cache.map(({ present }) => present), stepOutputs.logits]);
    expect(printGraph(graph)).toMatchSnapshot();
  });

  it('takes the whole sequence where it is told to', async () => {
    const { graph, cache } = layStepGraph(await planOf(() => {}), { cache: false });
    expect(cache).toBeUndefined();
    expect(names(graph.inputs)).toEqual(Object.values(stepInputs));
    expect(names(graph.outputs)).toEqual([stepOutputs.logits]);
  });

  it('keeps the cache under edits that treat every token by itself, and gives nothing to read', async () => {
    const plan = await planOf((model) => {
      model.activation(site).rewrite(({ graph, value }) => ({ value: graph.apply('Abs', [value]) }));
      model.activation(site).read();
      model.parameter('factor', 2);
    });
    const { graph, cache, parameters } = layStepGraph(plan);
    expect(cache).toHaveLength(4);
    expect(names(parameters)).toEqual(['factor']);
    expect(graph.nodes.map(({ operator }) => operator)).toContain('Abs');
    expect(names(graph.outputs)).toEqual([...cache!.map(({ present }) => present), stepOutputs.logits]);
  });

  it.each<[string, Intervention['edit']]>([
    [
      'asks who sees whom',
      (model) =>
        model.activation(site).rewrite(({ graph, value, ancestors }) => {
          const seen = graph.cast(graph.reshape(ancestors, [-1, 1], ['pairs', 1]), 'float32');
          return { value: graph.apply('Add', [value, graph.apply('ReduceMax', [seen, graph.integers([0])])]) };
        }),
    ],
    [
      'folds the tokens into rows',
      (model) =>
        model.activation(site).rewrite(({ graph, value, rowShape }) => ({
          value: graph.apply('Add', [value, graph.cast(graph.rows(rowShape, graph.integers([1])), 'float32')]),
        })),
    ],
    [
      'may leave tokens undecided',
      (model) =>
        model.activation(site).rewrite(({ graph, value }) => ({
          value,
          unresolved: graph.reshape(
            graph.apply('Greater', [graph.apply('ReduceMax', [value, graph.integers([1])]), graph.float(0)]),
            [-1],
            ['tokens'],
          ),
        })),
    ],
    ['isolates sequences', (model) => model.isolateSequences()],
  ])('runs the whole sequence in every step under an edit that %s', async (_, edit) => {
    const { graph, cache } = layStepGraph(await planOf(edit));
    expect(cache).toBeUndefined();
    expect(names(graph.inputs)).toEqual(Object.values(stepInputs));
  });
});
