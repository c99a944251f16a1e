/**
 * A model that writes, whose every scalar of the layers' matrices can be set while it runs, and whose inside can be looked
 * at: what enters and leaves each MLP's output projection, the residual stream behind each layer, and the attention that
 * each head pays to the first token.
 */
import type { Graph, Value } from '@linchpin/onnx';
import {
  activationOutput,
  type CachedTensor,
  type Intervention,
  type Kernels,
  type LinearRole,
  type StepGraph,
} from '@linchpin/plugin-api';
import { notAdjustable } from '../errors.ts';
import { type DecoderCheckpoint, planCheckpoint } from '../plan-checkpoint.ts';
import { finished, layCachedPlan } from './lay-step-graph.ts';
import { type FedMatrix, layRunTimeRows } from './run-time-rows.ts';

export interface AdjustableSteps extends StepGraph {
  readonly cache: readonly CachedTensor[];
  /** In the order of `rowInputs`. */
  readonly matrices: readonly AdjustableMatrix[];
  readonly layers: readonly LayerOutputs[];
}

export interface AdjustableMatrix extends FedMatrix {
  readonly layer: number;
  readonly role: LinearRole;
}

/** Names of the outputs that show a layer. */
export interface LayerOutputs {
  /** What enters the MLP's output projection: float32 [tokens, width]. */
  readonly input: string;
  /** What leaves it: float32 [tokens, hidden]. */
  readonly output: string;
  /** The residual stream behind the layer: float32 [tokens, hidden]. */
  readonly stream: string;
  /** Attention to the first key: float32 [rows, key-value heads, heads a key, tokens of a row, 1]. */
  readonly attention: string;
}

export interface AdjustableOptions {
  /** Longest sequence; the config's context when absent. */
  readonly contextLength?: number;
  /** What the device that will run it computes itself; everything when absent. */
  readonly kernels?: Kernels;
}

/** Lays a checkpoint without edits. Throws for mixtures of experts, and where keys and values cannot be kept. */
export async function layAdjustableSteps(
  checkpoint: DecoderCheckpoint,
  options: AdjustableOptions = {},
): Promise<AdjustableSteps> {
  const matrices = adjustableMatrices(checkpoint);
  const sites = layerSites(checkpoint, matrices);
  const plan = await planCheckpoint(checkpoint, { ...options, interventions: [looking(sites)] });
  const cached = layCachedPlan(plan, (graph, { positions }) => ({
    adapters: layRunTimeRows(graph, matrices, positions),
  }));
  if (cached === undefined) throw notAdjustable('edits or positions that depend on the whole sequence');
  const { laid, cache } = cached;
  for (const [site, value] of laid.parts.readSites) laid.facts.graph.output(value, activationOutput(site));
  const layers = sites.map(({ input, output, stream, attention }) => ({
    input: activationOutput(input),
    output: activationOutput(output),
    stream: activationOutput(stream),
    attention: activationOutput(attention),
  }));
  return { ...finished(laid), cache: cache.tensors, matrices, layers };
}

function looking(sites: readonly LayerOutputs[]): Intervention {
  return {
    name: 'look',
    version: 1,
    settings: {},
    edit(model) {
      for (const { input, output, stream, attention } of sites) {
        for (const site of [input, output, stream]) model.activation(site).read();
        model.activation(attention).read(firstKey);
      }
    },
  };
}

/** float32 [rows, key-value heads, heads a key, tokens of a row, 1] */
function firstKey(graph: Graph, weights: Value): Value {
  const bounds = [graph.integers([0]), graph.integers([1]), graph.integers([4])];
  return graph.apply('Slice', [weights, ...bounds], { shape: [...weights.shape.slice(0, 4), 1] });
}

function adjustableMatrices({ family, config, tensors }: DecoderCheckpoint): AdjustableMatrix[] {
  const modules = Array.from({ length: config.layers }, (_, layer) => `${family.layerModule(config, layer)}.`);
  return family.layerMatrices(config).map((name) => {
    const module = name.replace(/\.weight$/, '');
    const { role } = family.linearFacts(config, module);
    const shape = tensors.get(name)!.shape as [number, number];
    const layer = modules.findIndex((prefix) => name.startsWith(prefix));
    return { module, layer, role, shape, ...(role === 'mlp-output' ? { unedited: `unedited:${module}` } : {}) };
  });
}

/** The sites of every layer. */
function layerSites({ family, config }: DecoderCheckpoint, matrices: readonly AdjustableMatrix[]): LayerOutputs[] {
  return Array.from({ length: config.layers }, (_, layer) => {
    const modules = (role: LinearRole): string[] =>
      matrices.filter((matrix) => matrix.layer === layer && matrix.role === role).map(({ module }) => module);
    const [mlp, ...experts] = modules('mlp-output');
    const [attention] = modules('attention-output');
    if (mlp === undefined || attention === undefined || experts.length > 0)
      throw notAdjustable(`a layer with ${1 + experts.length} MLPs`);
    return {
      input: `${mlp}.input`,
      output: `${mlp}.output`,
      stream: `${family.layerModule(config, layer)}.output`,
      attention: `${attention.slice(0, attention.lastIndexOf('.'))}.attention_weights`,
    };
  });
}
