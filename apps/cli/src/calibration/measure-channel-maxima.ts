/** Runs a model over samples and keeps the largest magnitude of every channel. */
import { internalError } from '@linchpin/errors';
import { layCheckpoint } from '@linchpin/models';
import type { Graph, Value } from '@linchpin/onnx';
import type { Intervention, PackedBatch } from '@linchpin/plugin-api';
import type { ModelFlags } from '../flags.ts';
import type { HashedCheckpoint } from '../hashed-checkpoint.ts';
import { openRemembered } from '../remembered-model.ts';
import { float32Options } from '../runtime-options.ts';
import { channelNotFinite } from './errors.ts';

export interface MeasureOptions {
  /** Token ids, at least one each. */
  readonly samples: readonly Int32Array[];
  /** Most tokens of one batch, unless a sample is longer. */
  readonly batchTokens: number;
  /** Those that come before whatever asks. */
  readonly interventions: readonly Intervention[];
  /** How the model is run, and where it is remembered what it gave. */
  readonly flags: ModelFlags;
  readonly signal: AbortSignal;
  /** Called for every sample that is done. */
  readonly onSample?: () => void;
}

/** float32 [width] by site. */
export async function measureChannelMaxima(
  source: HashedCheckpoint,
  sites: readonly string[],
  { samples, batchTokens, interventions: before, flags, signal, onSample = () => {} }: MeasureOptions,
): Promise<ReadonlyMap<string, Float32Array>> {
  const interventions = [...before, readingMaxima(sites)];
  const decoder = await layCheckpoint(source, { interventions, ...float32Options(flags) });
  const parts = { checkpoint: source.checkpoint, chain: { interventions }, flags };
  await using executor = disposable(await openRemembered(decoder, parts));
  const maxima = new Map<string, Float32Array>();
  for (const rows of equallyLong(samples, batchTokens)) {
    signal.throwIfAborted();
    const { activations } = await executor.run(batchOf(rows));
    for (const site of sites) raise(maxima, site, activations.get(site));
    rows.forEach(onSample);
  }
  return maxima;
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

function disposable<T extends { release(): Promise<void> }>(held: T): T & AsyncDisposable {
  return Object.assign(held, { [Symbol.asyncDispose]: () => held.release() });
}
