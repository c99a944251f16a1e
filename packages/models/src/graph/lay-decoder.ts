/** Lays a checkpoint and its edits as one graph: from a packed batch to log-probabilities. */
import { Graph, type Value } from '@linchpin/onnx';
import { activationOutput, type ComparisonRole, type DecoderGraph, graphOutputs } from '@linchpin/plugin-api';
import { withinBatch } from './attention-scope.ts';
import { addBatchInputs, type BatchInputs } from './batch-inputs.ts';
import { addComparison } from './comparison.ts';
import { type DecoderPlan, layPlan, requireSound } from './lay-plan.ts';

/** The whole model as a graph that is checked, and ready to be run. */
export function layDecoder(plan: DecoderPlan, comparison?: ComparisonRole): DecoderGraph {
  const graph = new Graph();
  const batch = addBatchInputs(graph);
  const { logits, parts, facts } = layPlan(plan, { graph, batch, attention: withinBatch(graph, batch) });
  addComparison(graph, addScores(graph, logits, batch), comparison);
  for (const [site, value] of parts.readSites) graph.output(value, activationOutput(site));
  if (parts.unresolved !== undefined) graph.output(parts.unresolved, graphOutputs.unresolved);
  requireSound(graph);
  return {
    ...facts,
    readSites: [...parts.readSites.keys()],
    mayBeUnresolved: parts.unresolved !== undefined,
    isolatesSequences: plan.edits.isolatesSequences,
    ...(comparison === undefined ? {} : { comparison }),
  };
}

/**
 * Log-softmax and the likeliest id stay in the graph: what leaves it is a number a target and an id a scored token. Gives the
 * distributions, ln p: float32 [scored, vocabulary].
 */
function addScores(graph: Graph, logits: Value, batch: BatchInputs): Value {
  const logProbabilities = graph.apply('LogSoftmax', [logits], { attributes: { axis: -1 } });
  graph.output(graph.apply('GatherND', [logProbabilities, batch.targets]), graphOutputs.logProbabilities);
  graph.output(likeliestIds(graph, logits), graphOutputs.greedyIds);
  return logProbabilities;
}

/** int64 [scored]; of equals the first. ArgMax runs on one thread and takes twice as long. */
function likeliestIds(graph: Graph, logits: Value): Value {
  const attributes = { axis: -1, largest: 1, sorted: 0 };
  const [, ids] = graph.applyAll('TopK', [logits, graph.integers([1])], { attributes });
  return graph.reshape(ids!, [-1], [logits.shape[0]!]);
}
