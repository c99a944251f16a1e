/**
 * Lays a checkpoint as a graph that gives a loss and its gradients. Trained tensors are inputs, so that whoever trains changes
 * them in place; all others stay in their files. Every row of a batch is one sequence, padded at its end.
 */
import { type BlocksOf, crossEntropy, gradients, type Loss, lossByChunks, type MatrixBlock } from '@linchpin/autodiff';
import { internalError } from '@linchpin/errors';
import { Graph, type Value, withoutUnread } from '@linchpin/onnx';
import { trainedUnknown, trainedUnread } from '../errors.ts';
import { withinBatch } from '../graph/attention-scope.ts';
import { addTokenInputs } from '../graph/batch-inputs.ts';
import { layHead } from '../graph/decoder-parts.ts';
import { type DecoderPlan, type LaidPlan, layPlan, type PlanFacts, requireSound } from '../graph/lay-plan.ts';
import { type DecoderCheckpoint, planCheckpoint, type PlanOptions } from '../plan-checkpoint.ts';
import { initialValues } from './initial-values.ts';

/** What a training graph is fed with besides token ids, positions, subtree ends, scored tokens and trained tensors. */
export const trainingInputs = {
  targets: 'target_ids', // int64 [scored]: the id that follows each scored token
  weights: 'target_weights', // float32 [scored]: what each of them counts in the loss
} as const;

/** A tensor that is trained whole, by its name, or the blocks of a matrix [out, in] that are. */
export type Trained = string | { readonly name: string; readonly blocks: readonly MatrixBlock[] };

export interface TrainingOptions extends PlanOptions {
  /** Tensors of the checkpoint. */
  readonly trained: readonly Trained[];
  /** What interventions add to the graph; the sets may be filled while they are laid. */
  readonly added?: AddedTensors;
  /** Whether a layer's activations are computed again when its gradients are due, instead of being kept. */
  readonly recompute?: boolean;
  /** Into how many pieces the scored tokens are cut for head and loss; 1 when absent. */
  readonly chunks?: number;
  /** Whether half-precision weights are cast again for their gradients, instead of being kept in float32. */
  readonly castAgain?: boolean;
  /** Whether attention is laid in blocks of tokens, which long rows need less memory and time with. */
  readonly attentionByBlocks?: boolean;
  /** The weighted sum of the targets' cross-entropies when absent. */
  readonly loss?: LayLoss;
}

export interface AddedTensors {
  /** Names of inputs that are trained. */
  readonly trained: ReadonlySet<string>;
  /** Names of values that count as constants. */
  readonly constants: ReadonlySet<string>;
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

export interface TrainedTensor {
  /** Also that of the input. */
  readonly name: string;
  /** Matrices are [out, in], however the checkpoint stores them. */
  readonly shape: readonly number[];
  /** The output with its gradient: of the shape, or of blocks float32 [blocks · rows, columns], one below the other. */
  readonly gradient: string;
  readonly blocks?: readonly MatrixBlock[];
}

export interface TrainingGraph extends PlanFacts {
  /** The output with the loss: float32 []. */
  readonly loss: string;
  readonly trained: readonly TrainedTensor[];
  /** The values of a trained tensor of the checkpoint before the first step, interventions' edits among them. */
  initialValues(name: string): Promise<Float32Array>;
}

/** Throws for tensors that the checkpoint does not have, or that the loss does not depend on. */
export async function layTraining(checkpoint: DecoderCheckpoint, options: TrainingOptions): Promise<TrainingGraph> {
  const { family, config, tensors } = checkpoint;
  const names = options.trained.map(nameOf);
  for (const name of names) if (!tensors.has(name)) throw trainedUnknown(name, [...tensors.keys()]);
  const layers = Array.from({ length: config.layers }, (_, layer) => `${family.layerModule(config, layer)}.input`);
  const plan = await planCheckpoint(checkpoint, { ...options, readSites: layers });
  try {
    return { ...lay(plan, layers, options), initialValues: (name) => initialValues(checkpoint, plan, name) };
  } catch (error) {
    await plan.removeFiles?.();
    throw error;
  }
}

function nameOf(trained: Trained): string {
  return typeof trained === 'string' ? trained : trained.name;
}

type Laid = Omit<TrainingGraph, 'initialValues'>;

function lay(plan: DecoderPlan, layers: readonly string[], options: TrainingOptions): Laid {
  const graph = new Graph();
  const batch = addTokenInputs(graph);
  const fed = new Set(options.trained.map(nameOf));
  const keysFollowTokens = options.attentionByBlocks ?? false;
  const attention = { ...withinBatch(graph, batch), keysFollowTokens };
  const laid = layPlan(plan, { graph, batch, attention, fed, leavesHead: true });
  const wanted = wantedOf(graph, options);
  const constants = [...(options.added?.constants ?? [])].map((name) => graph.value(name));
  const matrices = wanted.map(({ of }) => ('matrix' in of ? of.matrix : of));
  const loss = layLoss(laid, { graph, options, trained: matrices, constants });
  const found = gradients(
    graph,
    loss,
    wanted.map(({ of }) => of),
    {
      constants,
      checkpoints: layers.map((site) => laid.parts.readSites.get(site)!),
      recompute: options.recompute ?? false,
      castAgain: options.castAgain ?? false,
    },
  );
  graph.output(loss.value, 'loss');
  const trained = wanted.map(({ name, shape, blocks }, index): TrainedTensor => {
    const gradient = found[index];
    if (gradient === undefined) throw trainedUnread(name);
    // The same value may be the gradient of two tensors.
    const output = graph.outputs.includes(gradient) ? `gradient:${name}` : gradient.name;
    graph.output(gradient, output);
    return { name, shape, gradient: output, ...(blocks === undefined ? {} : { blocks }) };
  });
  const read = withoutUnread(graph);
  requireSound(read);
  return { ...laid.facts, graph: read, loss: 'loss', trained };
}

interface Wanted {
  readonly name: string;
  readonly shape: readonly number[];
  readonly of: Value | BlocksOf;
  readonly blocks?: readonly MatrixBlock[];
}

/** What gradients are asked of: tensors of the checkpoint, then what interventions added. */
function wantedOf(graph: Graph, { trained, added }: TrainingOptions): Wanted[] {
  const input = (name: string): Value => {
    const value = graph.inputs.find((each) => each.name === name);
    if (value === undefined) throw trainedUnread(name);
    return value;
  };
  const all: Trained[] = [...trained, ...(added?.trained ?? [])];
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
