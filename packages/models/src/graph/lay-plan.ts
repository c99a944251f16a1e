/** Lays the decoder of a plan, from token ids to logits, over whatever a run is fed with. */
import { internalError } from '@linchpin/errors';
import { type Graph, type Value, verifyGraph } from '@linchpin/onnx';
import {
  type DecoderConfig,
  type InterventionRemark,
  type Kernels,
  type LaidFacts,
  type ModelFamily,
  type Parameter,
  parameterInput,
  type ProductType,
} from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import type { ExecutedProduct, ModelEdits } from '../edit/model-editor.ts';
import type { EncodedProduct } from '../encoded/encode-products.ts';
import type { AttentionScope } from './attention-scope.ts';
import type { BatchInputs } from './batch-inputs.ts';
import { DecoderParts, type LayAdapter } from './decoder-parts.ts';
import { ExecutedProducts } from './executed-products.ts';
import { GraphWeights } from './weights.ts';

export interface DecoderPlan {
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly edits: ModelEdits;
  /** Products that interventions or the base execution execute otherwise, by module. */
  readonly products: ReadonlyMap<string, ExecutedProduct>;
  /** What every other product, and tables, are computed in; `float32` when absent. */
  readonly dtype?: ProductType | undefined;
  /** What `products` need, by module. */
  readonly encoded: ReadonlyMap<string, EncodedProduct>;
  /** As those of DecoderGraph. */
  readonly remarks?: readonly InterventionRemark[];
  readonly kernels: Kernels;
  /** Longest request that will be fed; at most the config's context. */
  readonly contextLength: number;
  /** As that of DecoderGraph. */
  readonly removeFiles?: () => Promise<void>;
}

export interface PlanInputs {
  readonly graph: Graph;
  readonly batch: Omit<BatchInputs, 'targets'>;
  readonly attention: AttentionScope;
  /** Tensors of the checkpoint that every run is fed with, by name. */
  readonly fed?: ReadonlySet<string>;
  /** Whether the head is left to whoever asks: `logits` are then what it would be given, [scored, hidden]. */
  readonly leavesHead?: boolean;
  /** What is laid beside modules, by module. */
  readonly adapters?: ReadonlyMap<string, LayAdapter>;
}

export interface LaidPlan {
  readonly logits: Value; // float32 [scored, vocabulary]
  readonly parts: DecoderParts;
  readonly facts: LaidFacts;
}

export function layPlan(
  plan: DecoderPlan,
  { graph, batch, attention, fed, leavesHead, adapters }: PlanInputs,
): LaidPlan {
  const weights = graphWeights(graph, plan, fed);
  const { sites, isolatedBy } = plan.edits;
  const executed = executedProducts(plan, { graph, weights });
  const parts = new DecoderParts({
    graph,
    batch,
    attention,
    weights,
    sites,
    positions: plan.contextLength,
    executed,
    isolatesSequences: isolatedBy.length > 0,
    kernels: plan.kernels,
    leavesHead,
    adapters,
  });
  const { family, config } = plan;
  const logits = family.build(config, parts);
  parts.finish();
  const entering = Array.from({ length: config.layers }, (_, layer) =>
    parts.passed.get(`${family.layerModule(config, layer)}.input`),
  );
  const facts = {
    graph,
    weightFolder: weights.folder,
    contextLength: plan.contextLength,
    vocabularySize: config.vocabularySize,
    layerInputs: entering.flatMap((value) => value?.name ?? []),
    halfPrecisionElements: weights.halfPrecisionElements,
    changedWeights: changedWeights(plan),
    ...(plan.remarks === undefined ? {} : { remarks: plan.remarks }),
    parameters: plan.edits.parameters,
    execution: executionOf(plan),
    ...(plan.removeFiles === undefined ? {} : { removeFiles: plan.removeFiles }),
  };
  return { logits, parts, facts };
}

/** Throws for a finished graph that is not sound: a bug of ours. */
export function requireSound(graph: Graph): void {
  const problems = verifyGraph(graph);
  if (problems.length > 0) throw internalError(`the graph is not sound: ${problems.join('; ')}`);
}

/** Every parameter becomes an input, whether an entry is scaled by it or not. */
function graphWeights(
  graph: Graph,
  { tensors, edits, encoded, dtype = 'float32' }: DecoderPlan,
  fed: ReadonlySet<string> | undefined,
): GraphWeights {
  const parameters = new Map(
    edits.parameters.map((parameter): [Parameter, Value] => [
      parameter,
      graph.input(parameterInput(parameter.name), 'float32', []),
    ]),
  );
  const encodedFiles = [...encoded.values()].flatMap((product) =>
    [...product.tensors.values()].map(({ file }) => file),
  );
  return new GraphWeights(graph, {
    tensors,
    edited: edits.weights,
    scaled: edits.scaled,
    parameters,
    encodedFiles,
    fed,
    productType: dtype,
  });
}

function executedProducts(
  { products, encoded }: DecoderPlan,
  parts: { readonly graph: Graph; readonly weights: GraphWeights },
): ExecutedProducts {
  return new ExecutedProducts({ ...parts, products, encoded });
}

function changedWeights({ edits, encoded }: DecoderPlan): number {
  const fixed = [...edits.weights.values()].map((edited) => (edited.kind === 'unchanged' ? 0 : edited.changed));
  const others = [...edits.scaled.values(), ...encoded.values()].map(({ changed }) => changed);
  return [...fixed, ...others].reduce((sum, changed) => sum + changed, 0);
}

/** Products in float32 that nothing executes otherwise are not named beside others. */
function executionOf({ products, dtype = 'float32' }: DecoderPlan): string {
  const names = new Set([...products.values()].map(({ execution }) => execution.name));
  return [...(dtype === 'float32' && names.size > 0 ? [] : [dtype]), ...names].join('+');
}
