/** Runs a model over samples and keeps the largest magnitude of every channel. */
import { internalError } from '@linchpin/errors';
import {
  type ExecutionParts,
  float32Laying,
  type HashedCheckpoint,
  openExecutor,
  type RunContext,
} from '@linchpin/execution';
import { layCheckpoint } from '@linchpin/models';
import type { Graph, Value } from '@linchpin/onnx';
import type { Intervention, PackedBatch } from '@linchpin/plugin-api';
import { channelNotFinite } from './errors.ts';

export interface MeasureOptions {
  /** Token ids, at least one each. */
  readonly samples: readonly Int32Array[];
  /** Most tokens of one batch, unless a sample is longer. */
  readonly batchTokens: number;
  /** Those that come before whatever asks. */
  readonly interventions: readonly Intervention[];
  /** How the model is run, and where it is remembered what it gave. */
  readonly context: RunContext;
  /** Called for every sample that is done. */
  readonly onSample?: () => void;
}

/** float32 [width] by site. */
export async function measureChannelMaxima(
  source: HashedCheckpoint,
  sites: readonly string[],
  { samples, batchTokens, interventions: before, context, onSample = () => {} }: MeasureOptions,
): Promise<ReadonlyMap<string, Float32Array>> {
  const interventions = [...before, readingMaxima(sites)];
  const decoder = await layCheckpoint(source, { interventions, ...float32Laying(context) });
  const parts: ExecutionParts = { checkpoint: source.checkpoint, chain: { interventions }, context };
  const executor = await openExecutor(decoder, parts);
  try {
    const maxima = new Map<string, Float32Array>();
    for (const rows of equallyLong(samples, batchTokens)) {
      context.signal.throwIfAborted();
      const { activations } = await executor.run(batchOf(rows));
      for (const site of sites) raise(maxima, site, activations.get(site));
      rows.forEach(onSample);
    }
    return maxima;
  } finally {
    await executor.release();
  }
}

/** max over tokens of |x|: float32 [width] */
function largestMagnitude(graph: Graph, activation: Value): Value {
  const magnitude = graph.apply('Abs', [activation]);
  return graph.apply('ReduceMax', [magnitude, graph.integers([0])], { attributes: { keepdims: 0 } });
}

function readingMaxima(sites: readonly string[]): Intervention {
  return {
    name: 'channel-maxima',
    version: 1,
    settings: {},
    edit(model) {
      for (const site of sites) model.activation(site).read(largestMagnitude);
    },
  };
}

/** Rows of one batch are equally long: the tokens of padding would be measured too. */
function* equallyLong(samples: readonly Int32Array[], batchTokens: number): Generator<readonly Int32Array[]> {
  const byLength = Map.groupBy(samples, ({ length }) => length);
  for (const [length, rows] of byLength) {
    const most = Math.max(1, Math.floor(batchTokens / length));
    for (let first = 0; first < rows.length; first += most) yield rows.slice(first, first + most);
  }
}

/** Nothing is asked of the distributions; one is computed, because a graph has to score something. */
function batchOf(rows: readonly Int32Array[]): PackedBatch {
  const rowLength = rows[0]!.length;
  const size = rows.length * rowLength;
  return {
    rows: rows.length,
    rowLength,
    tokenIds: Int32Array.from(rows.flatMap((row) => [...row])),
    positions: Int32Array.from({ length: size }, (_, token) => token % rowLength),
    subtreeEnds: new Int32Array(size).fill(rowLength),
    scoredTokens: Int32Array.of(size - 1),
    targetRows: Int32Array.of(0),
    targetIds: Int32Array.of(0),
  };
}

function raise(maxima: Map<string, Float32Array>, site: string, values: Float32Array | undefined): void {
  if (values === undefined) throw internalError(`the batch has no activation ${site}`);
  const known = maxima.get(site) ?? new Float32Array(values.length);
  values.forEach((value, channel) => {
    if (!Number.isFinite(value)) throw channelNotFinite(site, channel);
    known[channel] = Math.max(known[channel]!, value);
  });
  maxima.set(site, known);
}
