/** Lays a checkpoint and its edits as one graph: from a packed batch to log-probabilities. */
import { Graph, type Value } from '@linchpin/onnx';
import {
  activationOutput,
  type ComparisonRole,
  type DecoderGraph,
  graphOutputs,
  type Kernels,
} from '@linchpin/plugin-api';
import { withinBatch } from './attention-scope.ts';
import { addBatchInputs, type BatchInputs } from './batch-inputs.ts';
import { addComparison } from './comparison.ts';
import { type DecoderPlan, layPlan, requireSound } from './lay-plan.ts';
import { behindPrefix } from './prefix-scope.ts';
import { asksForWholeRequests, wholeRequests } from './whole-requests.ts';

export interface LayDecoderOptions {
  /** What the graph has to do where two are compared. */
  readonly comparison?: ComparisonRole | undefined;
  /**
   * Whether batches may follow a prefix whose keys and values are kept. Left out where an edit looks across whole requests,
   * where activations are read, which would lack those of the prefix, where models are compared, and on devices without the
   * operator of attention, where it was not tried.
   */
  readonly sharesPrefixes?: boolean | undefined;
}

/** The whole model as a graph that is checked, and ready to be run. */
export function layDecoder(plan: DecoderPlan, options: LayDecoderOptions = {}): DecoderGraph {
  const { comparison, sharesPrefixes = false } = options;
  const isRead = [...plan.edits.sites.values()].some(({ read }) => read !== undefined);
  const canBeLaid = comparison === undefined && plan.kernels.attention;
  const canShare = sharesPrefixes && canBeLaid && !isRead && plan.edits.isolatedBy.length === 0;
  return (canShare ? layBehindPrefix(plan) : undefined) ?? layAlone(plan, comparison);
}

/** Undefined where an edit asks for whole requests. */
function layBehindPrefix(plan: DecoderPlan): DecoderGraph | undefined {
  const graph = new Graph();
  const batch = addBatchInputs(graph);
  const { attention, tensors } = behindPrefix(graph, batch);
  const { logits, parts, facts } = layPlan(plan, { graph, batch: { ...batch, ...wholeRequests }, attention });
  if (asksForWholeRequests(graph) || parts.unresolved !== undefined) return undefined;
  addScores(graph, logits, { batch, kernels: plan.kernels });
  requireSound(graph);
  return { ...facts, readSites: [], mayBeUnresolved: false, isolatesSequences: false, prefix: tensors };
}

function layAlone(plan: DecoderPlan, comparison: ComparisonRole | undefined): DecoderGraph {
  const graph = new Graph();
  const batch = addBatchInputs(graph);
  const { logits, parts, facts } = layPlan(plan, { graph, batch, attention: withinBatch(graph, batch) });
  addComparison(graph, addScores(graph, logits, { batch, kernels: plan.kernels }), comparison);
  for (const [site, value] of parts.readSites) graph.output(value, activationOutput(site));
  if (parts.unresolved !== undefined) graph.output(parts.unresolved, graphOutputs.unresolved);
  requireSound(graph);
  return {
    ...facts,
    readSites: [...parts.readSites.keys()],
    mayBeUnresolved: parts.unresolved !== undefined,
    isolatesSequences: plan.edits.isolatedBy.length > 0,
    ...(comparison === undefined ? {} : { comparison }),
  };
}

/**
 * Log-softmax and the likeliest id stay in the graph: what leaves it is a number a target and an id a scored token. Gives the
 * distributions, ln p: float32 [scored, vocabulary].
 */
function addScores(
  graph: Graph,
  logits: Value,
  { batch, kernels }: { readonly batch: BatchInputs; readonly kernels: Kernels },
): Value {
  const logProbabilities = kernels.logSoftmax
    ? graph.apply('LogSoftmax', [logits], { attributes: { axis: -1 } })
    : plainLogSoftmax(graph, logits);
  graph.output(graph.apply('GatherND', [logProbabilities, batch.targets]), graphOutputs.logProbabilities);
  graph.output(likeliestIds(graph, logits, kernels), graphOutputs.greedyIds);
  return logProbabilities;
}

/** (x − max) − ln Σ exp(x − max): no exponential overflows, and the largest contributes 1. */
function plainLogSoftmax(graph: Graph, logits: Value): Value {
  const last = graph.integers([-1]);
  const largest = graph.apply('ReduceMax', [logits, last], { attributes: { keepdims: 1 } });
  const shifted = graph.apply('Sub', [logits, largest]);
  const sum = graph.apply('ReduceSum', [graph.apply('Exp', [shifted]), last], { attributes: { keepdims: 1 } });
  return graph.apply('Sub', [shifted, graph.apply('Log', [sum])]);
}

/** int64 [scored]; of equals the first. On the CPU ArgMax runs on one thread and takes twice as long. */
function likeliestIds(graph: Graph, logits: Value, { topK }: Pick<Kernels, 'topK'>): Value {
  if (!topK) return graph.apply('ArgMax', [logits], { attributes: { axis: -1, keepdims: 0 } });
  const attributes = { axis: -1, largest: 1, sorted: 0 };
  const [, ids] = graph.applyAll('TopK', [logits, graph.integers([1])], { attributes });
  return graph.reshape(ids!, [-1], [logits.shape[0]!]);
}
