/**
 * Lays a checkpoint as a graph that gives a loss and its gradients. Trained tensors are inputs, so that whoever trains changes
 * them in place; all others stay in their files. Every row of a batch is one sequence, padded at its end.
 */
import { type BlocksOf, crossEntropy, gradients, type Loss, lossByChunks } from '@linchpin/autodiff';
import { internalError } from '@linchpin/errors';
import { Graph, type Value, withoutUnread } from '@linchpin/onnx';
import {
  type Adapter,
  type TrainedPart,
  type TrainedTensor,
  type TrainingGraph,
  trainingInputs,
} from '@linchpin/plugin-api';
import { adaptedUnknown, trainedUnknown, trainedUnread } from '../errors.ts';
import { withinBatch } from '../graph/attention-scope.ts';
import { addTokenInputs } from '../graph/batch-inputs.ts';
import { type LayAdapter, layHead } from '../graph/decoder-parts.ts';
import { type DecoderPlan, type LaidPlan, layPlan, requireSound } from '../graph/lay-plan.ts';
import { type DecoderCheckpoint, planCheckpoint, type PlanOptions } from '../plan-checkpoint.ts';
import { initialValues } from './initial-values.ts';

/**
 * From what activations are computed again: from the residual stream before each layer, or before each attention and each MLP, which
 * keeps twice as much and spares a product a layer. It changes no bit.
 */
export type Recomputation = false | 'layers' | 'half-layers';

export interface TrainingOptions extends PlanOptions {
  /** Tensors of the checkpoint. */
  readonly trained: readonly TrainedPart[];
  /** Trained tensors beside modules, and how they change what the modules give. */
  readonly adapters?: readonly Adapter[];
  /** Whether no gradients are laid: for a loss that is only looked at. */
  readonly lossOnly?: boolean;
  /** Whether activations are computed again when their gradients are due, instead of being kept, and from where. */
  readonly recompute?: Recomputation;
  /** Into how many pieces the scored tokens are cut for head and loss; 1 when absent. */
  readonly chunks?: number;
  /** Whether half-precision weights are cast again for their gradients, instead of being kept in float32. */
  readonly castAgain?: boolean;
  /** Whether attention is laid in blocks of tokens, which long rows need less memory and time with. */
  readonly attentionByBlocks?: boolean;
  /** The weighted sum of the targets' cross-entropies when absent. */
  readonly loss?: LayLoss;
}

export interface LossParts {
  readonly graph: Graph;
  /** What the head is given: float32 [scored, hidden]. */
  readonly hidden: Value;
  readonly targets: Value; // int64 [scored]
  readonly weights: Value; // float32 [scored]
  /** Logits of some rows of `hidden`: float32 [rows, vocabulary]. */
  readonly logits: (hidden: Value) => Value;
  /** The sum of losses of chunks of the scored tokens; of each operand, which has a row a token, a chunk has its rows. */
  readonly byChunks: (rows: readonly Value[], lay: (rows: readonly Value[]) => Loss) => Loss;
}

export type LayLoss = (parts: LossParts) => Loss;

/** A training graph whose trained tensors of the checkpoint have values of their own. */
export interface LaidTraining extends TrainingGraph {
  /** The values of a trained tensor of the checkpoint before the first step, interventions' edits among them. */
  initialValues(name: string): Promise<Float32Array>;
}

/** Throws for tensors that the checkpoint does not have, or that the loss does not depend on. */
export async function layTraining(checkpoint: DecoderCheckpoint, options: TrainingOptions): Promise<LaidTraining> {
  const { family, config, tensors } = checkpoint;
  const names = options.trained.map(nameOf);
  for (const name of names) if (!tensors.has(name)) throw trainedUnknown(name, [...tensors.keys()]);
  const layers = Array.from({ length: config.layers }, (_, layer) => family.layerModule(config, layer));
  const plan = await planCheckpoint(checkpoint, { ...options, readSites: layers.map(inputOf) });
  try {
    return { ...lay(plan, layers, options), initialValues: (name) => initialValues(checkpoint, plan, name) };
  } catch (error) {
    await plan.removeFiles?.();
    throw error;
  }
}

function nameOf(trained: TrainedPart): string {
  return typeof trained === 'string' ? trained : trained.name;
}

/** The site of the residual stream before a layer. */
function inputOf(layer: string): string {
  return `${layer}.input`;
}

/** The residual stream before every layer, and inside those from whose halves activations are computed again. */
function checkpointsOf({ parts }: LaidPlan, layers: readonly string[], recompute: Recomputation): Value[] {
  const halves = recompute === 'half-layers' ? parts.halves : new Map<string, Value>();
  return layers.flatMap((layer, index) => {
    const [entering, half] = [parts.readSites.get(inputOf(layer))!, halves.get(layer)];
    // What lies behind the last checkpoint is kept: one inside the last layer would have its attention computed again.
    return half === undefined || index === layers.length - 1 ? [entering] : [entering, half];
  });
}

function lay(plan: DecoderPlan, layers: readonly string[], options: TrainingOptions): TrainingGraph {
  const graph = new Graph();
  const batch = addTokenInputs(graph);
  const fed = new Set(options.trained.map(nameOf));
  const keysFollowTokens = options.attentionByBlocks ?? false;
  const attention = { ...withinBatch(graph, batch), keysFollowTokens };
  const beside = layBeside(graph, options.adapters ?? []);
  const laid = layPlan(plan, { graph, batch, attention, fed, leavesHead: true, adapters: beside.adapters });
  const passed = (module: string): boolean => beside.laid.has(module);
  for (const { module } of options.adapters ?? [])
    if (!passed(module)) throw adaptedUnknown(module, plan.family.layerMatrices(plan.config));
  const wanted = wantedOf(graph, options);
  const { constants } = beside;
  const matrices = wanted.map(({ of }) => ('matrix' in of ? of.matrix : of));
  const { recompute = false } = options;
  const loss = layLoss(laid, { graph, options, trained: matrices, constants });
  const found = gradients(graph, loss, options.lossOnly === true ? [] : wanted.map(({ of }) => of), {
    constants,
    checkpoints: checkpointsOf(laid, layers, recompute),
    recompute: recompute !== false,
    castAgain: options.castAgain ?? false,
  });
  graph.output(loss.value, 'loss');
  const trained = wanted.map(({ name, shape, blocks }, index): TrainedTensor => {
    const part = { name, shape, ...(blocks === undefined ? {} : { blocks }) };
    if (options.lossOnly === true) return part;
    const gradient = found[index];
    if (gradient === undefined) throw trainedUnread(name);
    // The same value may be the gradient of two tensors.
    const output = graph.outputs.includes(gradient) ? `gradient:${name}` : gradient.name;
    graph.output(gradient, output);
    return { ...part, gradient: output };
  });
  const read = withoutUnread(graph);
  requireSound(read);
  return { ...laid.facts, graph: read, loss: 'loss', trained };
}

interface Wanted {
  readonly name: string;
  readonly shape: readonly number[];
  readonly of: Value | BlocksOf;
  readonly blocks?: BlocksOf['blocks'];
}

interface Beside {
  /** What lays the adapters of a module, by module. */
  readonly adapters: ReadonlyMap<string, LayAdapter>;
  /** Modules that were passed; filled while the plan is laid. */
  readonly laid: ReadonlySet<string>;
  /** Values of which no gradient flows further; filled while the plan is laid. */
  readonly constants: readonly Value[];
}

/** Several adapters of one module are laid one behind the other. */
function layBeside(graph: Graph, all: readonly Adapter[]): Beside {
  const laid = new Set<string>();
  const constants: Value[] = [];
  const constant = (value: Value): Value => {
    constants.push(value);
    return value;
  };
  const layOne = (adapter: Adapter, { bias, ...module }: Parameters<LayAdapter>[0]): Value => {
    laid.add(adapter.module);
    const inputs = new Map(adapter.tensors.map(({ name, shape }) => [name, graph.input(name, 'float32', shape)]));
    const trained = (name: string): Value => {
      const value = inputs.get(name);
      if (value === undefined) throw internalError(`the adapter of ${adapter.module} has no tensor ${name}`);
      return value;
    };
    return adapter.lay({ graph, ...module, ...(bias === undefined ? {} : { bias }), trained, constant });
  };
  const adapters = new Map<string, LayAdapter>();
  for (const adapter of all) {
    const before = adapters.get(adapter.module);
    adapters.set(adapter.module, (module) =>
      layOne(adapter, before === undefined ? module : { ...module, output: before(module) }),
    );
  }
  return { adapters, laid, constants };
}

/** What gradients are asked of: tensors of the checkpoint, then those of adapters. */
function wantedOf(graph: Graph, { trained, adapters = [] }: TrainingOptions): Wanted[] {
  const input = (name: string): Value => {
    const value = graph.inputs.find((each) => each.name === name);
    if (value === undefined) throw trainedUnread(name);
    return value;
  };
  const added = adapters.flatMap(({ tensors }) => tensors.map(({ name }) => name));
  const all: TrainedPart[] = [...trained, ...added];
  return all.map((each) => {
    const name = nameOf(each);
    const value = input(name);
    const shape = value.shape as readonly number[];
    if (typeof each === 'string') return { name, shape, of: value };
    return { name, shape, of: { matrix: value, blocks: each.blocks }, blocks: each.blocks };
  });
}

interface LossPlace {
  readonly graph: Graph;
  readonly options: TrainingOptions;
  readonly trained: readonly Value[];
  readonly constants: readonly Value[];
}

function layLoss({ logits: hidden, parts }: LaidPlan, { graph, options, trained, constants }: LossPlace): Loss {
  const head = parts.leftHead;
  if (head === undefined) throw internalError('the family lays no head');
  const { loss = crossEntropyByChunks, chunks = 1 } = options;
  return loss({
    graph,
    hidden,
    targets: graph.input(trainingInputs.targets, 'int64', ['scored']),
    weights: graph.input(trainingInputs.weights, 'float32', ['scored']),
    logits: (x) => layHead(graph, x, head),
    byChunks: (rows, layChunk) => lossByChunks(graph, { rows, chunks, trained, constants, lay: layChunk }),
  });
}

function crossEntropyByChunks({ graph, hidden, targets, weights, logits, byChunks }: LossParts): Loss {
  return byChunks([hidden, targets, weights], ([rows, ids, shares]) =>
    crossEntropy(graph, { logits: logits(rows!), targets: ids!, weights: shares! }),
  );
}
