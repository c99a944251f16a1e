/**
 * Lays a decoder that writes text, by the same family code as the one that scores it. Keys and values are kept from step
 * to step. Edits that look at the whole sequence make that impossible: what they change of a token may change when later
 * tokens come, so then every step runs the sequence from its beginning. So it is with rotary
 * frequencies that depend on the length of the sequence (LongRoPE), where the planned context lies beyond their threshold.
 */
import { Graph } from '@linchpin/onnx';
import { graphOutputs, type LaidFacts, type StepGraph, stepOutputs } from '@linchpin/plugin-api';
import type { SiteRequest } from '../edit/model-editor.ts';
import { type DecoderPlan, type LaidPlan, layPlan, type PlanInputs, requireSound } from '../graph/lay-plan.ts';
import { asksForWholeRequests, wholeRequests } from '../graph/whole-requests.ts';
import { KeyValueCache } from './key-value-cache.ts';
import { addStepInputs, type StepInputs } from './step-inputs.ts';

export interface StepOptions {
  /** Keys and values are kept wherever they can be; `false` runs the whole sequence in every step. */
  readonly cache?: boolean;
}

export function layStepGraph(plan: DecoderPlan, { cache = true }: StepOptions = {}): StepGraph {
  const writing = { ...plan, edits: { ...plan.edits, sites: rewritten(plan.edits.sites) } };
  const cached = cache && plan.edits.isolatedBy.length === 0 ? layCached(writing) : undefined;
  return cached ?? layWhole(writing);
}

/** Nobody looks at activations while text is written. */
function rewritten(sites: ReadonlyMap<string, SiteRequest>): ReadonlyMap<string, SiteRequest> {
  return new Map([...sites].map(([site, { rewrites }]) => [site, { rewrites }]));
}

function layCached(plan: DecoderPlan): StepGraph | undefined {
  const cached = layCachedPlan(plan);
  return cached === undefined ? undefined : { ...finished(cached.laid), cache: cached.cache.tensors };
}

/** What is laid beside modules, over the inputs of a step. */
export type StepAdapters = (graph: Graph, inputs: StepInputs) => Pick<PlanInputs, 'adapters'>;

/** Keeps keys and values; undefined where an edit asks for the whole sequence. */
export function layCachedPlan(
  plan: DecoderPlan,
  adapters?: StepAdapters,
): { readonly laid: LaidPlan; readonly cache: KeyValueCache } | undefined {
  const graph = new Graph();
  const inputs = addStepInputs(graph, 'keys');
  const cache = new KeyValueCache(graph, inputs.rowShape);
  const laid = layPlan(plan, {
    graph,
    batch: { ...inputs, ...wholeRequests },
    attention: { ...inputs, keysFollowTokens: false, extend: (key, value) => cache.extend(key, value) },
    ...adapters?.(graph, inputs),
  });
  return asksForWholeRequests(graph) || laid.parts.unresolved !== undefined ? undefined : { laid, cache };
}

function layWhole(plan: DecoderPlan): StepGraph {
  const graph = new Graph();
  const inputs = addStepInputs(graph, 'row_length');
  const laid = layPlan(plan, {
    graph,
    batch: { ...inputs, ancestors: inputs.visible },
    attention: { ...inputs, keysFollowTokens: false, extend: (key, value) => ({ key, value }) },
  });
  return finished(laid);
}

export function finished({ logits, parts, facts }: LaidPlan): LaidFacts {
  facts.graph.output(logits, stepOutputs.logits);
  // Of a single sequence nothing is; the output is for nobody but the check below.
  if (parts.unresolved !== undefined) facts.graph.output(parts.unresolved, graphOutputs.unresolved);
  requireSound(facts.graph);
  return facts;
}
