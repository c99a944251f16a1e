/** How strongly every input channel of matrices is used, over the tokens that a training runs first. */
import { internalError } from '@linchpin/errors';
import { type ExecutionParts, float32Laying, openExecutor } from '@linchpin/execution';
import { layCheckpoint } from '@linchpin/models';
import type { Graph, Value } from '@linchpin/onnx';
import type { Intervention, PackedBatch } from '@linchpin/plugin-api';
import { DataOrder, makeBatch, type TrainingExample, type TrainingSettings } from '@linchpin/training';
import type { TunedModel } from './tuned-model.ts';

/** Σ |x| of every input channel, float32 [columns] by the name of the matrix. */
export async function sumInputMagnitudes(
  { checkpoint, chain, context }: TunedModel,
  { examples, settings }: { readonly examples: readonly TrainingExample[]; readonly settings: TrainingSettings },
  { names, steps }: { readonly names: readonly string[]; readonly steps: number },
): Promise<ReadonlyMap<string, Float32Array>> {
  const sites = new Map(names.map((name) => [name, `${name.replace(/\.weight$/, '')}.input`]));
  const interventions = [...chain.interventions, readingMagnitudes([...sites.values()])];
  const meter = context.reporter.meter('steps of activations');
  const decoder = await layCheckpoint(checkpoint, { interventions, ...float32Laying(context) });
  const parts: ExecutionParts = { checkpoint: checkpoint.checkpoint, chain: { interventions }, context };
  const executor = await openExecutor(decoder, parts);
  try {
    const sums = new Map<string, Float64Array>();
    const order = new DataOrder(examples.length, settings);
    for (let step = 0; step < steps; step++) {
      const chosen = Array.from(order.examplesOf(step), (index) => examples[index]!);
      for (const rows of equallyLong(chosen, settings.batchSize)) {
        context.signal.throwIfAborted();
        const { activations } = await executor.run(batchOf(rows));
        for (const [name, site] of sites) add(sums, name, activations.get(site));
      }
      meter(step + 1, steps);
    }
    return new Map([...sums].map(([name, sum]) => [name, Float32Array.from(sum)]));
  } finally {
    await executor.release();
  }
}

function readingMagnitudes(sites: readonly string[]): Intervention {
  return {
    name: 'input-magnitudes',
    version: 1,
    settings: {},
    edit(model) {
      for (const site of sites) model.activation(site).read(sumOfMagnitudes);
    },
  };
}

/** Σ |x| over tokens: float32 [width] */
function sumOfMagnitudes(graph: Graph, activation: Value): Value {
  const magnitude = graph.apply('Abs', [activation]);
  return graph.apply('ReduceSum', [magnitude, graph.integers([0])], { attributes: { keepdims: 0 } });
}

/** Rows of one batch are equally long: the tokens of padding would count, too. */
function* equallyLong(examples: readonly TrainingExample[], most: number): Generator<TrainingExample[]> {
  for (const rows of Map.groupBy(examples, ({ ids }) => ids.length).values())
    for (let first = 0; first < rows.length; first += most) yield rows.slice(first, first + most);
}

/** The tokens of a training batch. Of the distributions one is computed, because a graph has to score something. */
function batchOf(rows: readonly TrainingExample[]): PackedBatch {
  const { targetWeights: _, ...batch } = makeBatch(rows, 1);
  const size = batch.rows * batch.rowLength;
  return {
    ...batch,
    scoredTokens: Int32Array.of(size - 1),
    targetRows: Int32Array.of(0),
    targetIds: Int32Array.of(0),
  };
}

function add(sums: Map<string, Float64Array>, name: string, values: Float32Array | undefined): void {
  if (values === undefined) throw internalError(`the batch has no inputs of ${name}`);
  const sum = sums.get(name) ?? new Float64Array(values.length);
  values.forEach((value, channel) => (sum[channel]! += value));
  sums.set(name, sum);
}
