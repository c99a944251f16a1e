/**
 * Lays a decoder for programs that know nothing of this one, by the same family code as the one that scores. Its weights
 * are inputs: whoever writes the model says how they are stored. Edits that look at whole sequences are refused.
 */
import { Graph, withoutUnread } from '@linchpin/onnx';
import type { DecoderGraph } from '@linchpin/plugin-api';
import { layHead } from '../graph/decoder-parts.ts';
import { type DecoderPlan, layPlan, requireSound } from '../graph/lay-plan.ts';
import { asksForWholeRequests, wholeRequests } from '../graph/whole-requests.ts';
import { internalError } from '@linchpin/errors';
import { type DecoderCheckpoint, planCheckpoint, type PlanOptions } from '../plan-checkpoint.ts';
import { initialValues } from '../training/initial-values.ts';
import { needsWholeSequence } from './errors.ts';
import { addExportedInputs, type ExportedCache, exportedOutputs } from './exported-inputs.ts';

export interface ExportedGraph extends Pick<
  DecoderGraph,
  'graph' | 'weightFolder' | 'contextLength' | 'vocabularySize' | 'remarks'
> {
  /** Of every layer. */
  readonly cache: readonly ExportedCache[];
  /** Tensors of the checkpoint that the graph has as inputs: float32, matrices [out, in]. */
  readonly weights: ReadonlySet<string>;
  /** The values of one of them, with all edits: a copy. */
  values(name: string): Promise<Float32Array>;
  /** Removes files that were made for it. */
  release(): Promise<void>;
}

export type LayExportedOptions = Omit<
  PlanOptions,
  'readSites' | 'execution' | 'kernels' | 'fixesParameters' | 'editedRows'
>;

/** Throws for interventions, and for models, whose tokens depend on those behind them. */
export async function layExported(
  checkpoint: DecoderCheckpoint,
  options: LayExportedOptions = {},
): Promise<ExportedGraph> {
  const plan = await planCheckpoint(checkpoint, { ...options, execution: 'float32', fixesParameters: true });
  try {
    return lay(checkpoint, plan, options);
  } catch (error) {
    await plan.removeFiles?.();
    throw error;
  }
}

function lay(
  checkpoint: DecoderCheckpoint,
  plan: DecoderPlan,
  { interventions = [] }: LayExportedOptions,
): ExportedGraph {
  const { family, config, edits } = plan;
  const graph = new Graph();
  const { tokens, attention, tokenShape, cache } = addExportedInputs(graph);
  const fed = new Set(family.tensors(config).map(({ name }) => name));
  const laid = layPlan(plan, { graph, batch: { ...tokens, ...wholeRequests }, attention, fed, leavesHead: true });
  const asking = new Set([...edits.isolatedBy, ...laid.parts.lookAcross]);
  // Where no intervention asks for it, the model itself does.
  if (asking.size > 0 || asksForWholeRequests(graph) || laid.parts.unresolved !== undefined)
    throw needsWholeSequence(interventions.filter((_, place) => asking.has(place)).map(({ name }) => name));
  const head = laid.parts.leftHead;
  if (head === undefined) throw internalError('the family lays no head');
  const { facts } = laid;
  const vocabulary = facts.vocabularySize;
  const flat = layHead(graph, laid.logits, head, 'token_logits'); // [tokens, vocabulary]
  const shape = graph.apply('Concat', [tokenShape, graph.integers([vocabulary])], { attributes: { axis: 0 } });
  graph.output(graph.reshape(flat, shape, ['batch_size', 'sequence_length', vocabulary]), exportedOutputs.logits);
  const read = withoutUnread(graph);
  requireSound(read);
  return {
    graph: read,
    weightFolder: facts.weightFolder,
    contextLength: facts.contextLength,
    vocabularySize: vocabulary,
    remarks: facts.remarks ?? [],
    cache,
    weights: new Set(read.inputs.map(({ name }) => name).filter((name) => fed.has(name))),
    values: (name: string) => initialValues(checkpoint, plan, name),
    release: async () => await plan.removeFiles?.(),
  };
}
