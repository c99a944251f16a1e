/** Lays a checkpoint and its edits as one graph: from a packed batch to log-probabilities. */
import { Graph, type Value, verifyGraph } from '@linchpin/onnx';
import { internalError } from '@linchpin/errors';
import {
  activationOutput,
  type DecoderConfig,
  type DecoderGraph,
  graphOutputs,
  type ModelFamily,
} from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import type { ModelEdits } from '../edit/model-editor.ts';
import { addBatchInputs, type BatchInputs } from './batch-inputs.ts';
import { DecoderParts } from './decoder-parts.ts';
import { GraphWeights } from './weights.ts';

export interface DecoderPlan {
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly edits: ModelEdits;
  /** Longest request that will be fed; at most the config's context. */
  readonly contextLength: number;
}

/** The whole model as a graph that is checked, and ready to be run. */
export function layDecoder(plan: DecoderPlan): DecoderGraph {
  const graph = new Graph();
  const batch = addBatchInputs(graph);
  const weights = new GraphWeights(graph, plan.tensors, plan.edits.weights);
  const parts = new DecoderParts({ graph, batch, weights, sites: plan.edits.sites, positions: plan.contextLength });
  const logits = plan.family.build(plan.config, parts);
  parts.finish();
  addScores(graph, logits, batch);
  for (const [site, value] of parts.readSites) graph.output(value, activationOutput(site));
  if (parts.unresolved !== undefined) graph.output(parts.unresolved, graphOutputs.unresolved);
  const problems = verifyGraph(graph);
  if (problems.length > 0) throw internalError(`the graph is not sound: ${problems.join('; ')}`);
  return {
    graph,
    weightFolder: weights.folder,
    contextLength: plan.contextLength,
    vocabularySize: plan.config.vocabularySize,
    halfPrecisionElements: weights.halfPrecisionElements,
    changedWeights: [...plan.edits.weights.values()].reduce(
      (sum, edited) => sum + (edited.kind === 'unchanged' ? 0 : edited.changed),
      0,
    ),
    readSites: [...parts.readSites.keys()],
    mayBeUnresolved: parts.unresolved !== undefined,
  };
}

/** Log-softmax and arg-max stay in the graph: what leaves it is a number a target and an id a scored token. */
function addScores(graph: Graph, logits: Value, batch: BatchInputs): void {
  const logProbabilities = graph.apply('LogSoftmax', [logits], { attributes: { axis: -1 } });
  graph.output(graph.apply('GatherND', [logProbabilities, batch.targets]), graphOutputs.logProbabilities);
  graph.output(graph.apply('ArgMax', [logits], { attributes: { axis: -1, keepdims: 0 } }), graphOutputs.greedyIds);
}
