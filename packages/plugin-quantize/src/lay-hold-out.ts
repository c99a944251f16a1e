/**
 * Super activations held out of an activation inside the graph (see hold-out-largest.ts). Every sequence is a row of its
 * own. A place beyond the end of a short sequence is left alone.
 */
import type { Graph, Value } from '@linchpin/onnx';
import { type ActivationGranularity, foldRows } from './activation-scale.ts';

/** Where an input's held-out scalar is, the same in every sequence. */
export interface ActivationPlace {
  readonly token: number;
  readonly channel: number;
}

/** `largest`: the largest magnitude of each sequence, first in row-major order. */
export type HeldOutPlaces = 'largest' | readonly ActivationPlace[];

export interface LaidHoldOut {
  /** The activation with placeholders in the places: float32 [tokens, width]. */
  readonly rest: Value;
  /** Into a row, flat: int64 [rows, places]. */
  readonly places: Value;
  /** What was taken out: float32 [rows, places]. */
  readonly values: Value;
  /** bool [1, places]: whether the sequences are long enough; absent where they always are. */
  readonly isInside?: Value;
}

export interface HoldOutRequest {
  readonly places: HeldOutPlaces;
  readonly granularity: ActivationGranularity;
}

/** Takes scalars out of x, float32 [tokens, width]. */
export function layHoldOut(graph: Graph, x: Value, rowShape: Value, request: HoldOutRequest): LaidHoldOut {
  const width = x.shape[1] as number;
  const flat = foldRows(graph, x, rowShape);
  const length = graph.sizeAt(graph.apply('Shape', [flat]), 1);
  const { places, isInside } = layPlaces(graph, flat, length, { places: request.places, width });
  const values = gather(graph, flat, places);
  const filling = layFilling(graph, { flat, places, length }, request);
  const kept = isInside === undefined ? filling : graph.apply('Where', [isInside, filling, values]);
  const spread = graph.apply('Expand', [kept, graph.apply('Shape', [places])], { shape: places.shape });
  return {
    rest: graph.reshape(scatter(graph, flat, places, spread), [-1, width], ['tokens', width]),
    places,
    values,
    ...(isInside === undefined ? {} : { isInside }),
  };
}

/** Puts back what was taken out of an activation that has been quantized since. */
export function layPutBack(graph: Graph, x: Value, rowShape: Value, heldOut: LaidHoldOut): Value {
  const width = x.shape[1] as number;
  const flat = foldRows(graph, x, rowShape);
  const { places, values, isInside } = heldOut;
  const back = isInside === undefined ? values : graph.apply('Where', [isInside, values, gather(graph, flat, places)]);
  return graph.reshape(scatter(graph, flat, places, back), [-1, width], ['tokens', width]);
}

function layPlaces(
  graph: Graph,
  flat: Value,
  length: Value,
  { places, width }: { readonly places: HeldOutPlaces; readonly width: number },
): { places: Value; isInside?: Value } {
  if (places === 'largest') {
    const magnitude = graph.apply('Abs', [flat]);
    return { places: graph.apply('ArgMax', [magnitude], { attributes: { axis: 1, keepdims: 1 } }) };
  }
  const wanted = graph.unsqueeze(graph.integers(places.map(({ token, channel }) => token * width + channel)), [0]);
  const isInside = graph.apply('Less', [wanted, length]); // [1, places]
  const inside = graph.apply('Where', [isInside, wanted, graph.integer(0)]);
  const rows = graph.sizeAt(graph.apply('Shape', [flat]), 0);
  const shape = graph.apply('Concat', [rows, graph.integers([places.length])], { attributes: { axis: 0 } });
  return { places: graph.apply('Expand', [inside, shape], { shape: ['rows', places.length] }), isInside };
}

/**
 * The median: float32 [rows, 1]. With one scale a sequence any other value of the sequence does as well, and the next one
 * is taken: what stands in the place is put back in the end and can only show in the scale, and neither the median nor
 * the neighbour lies outside of what the other values span. A median of a million values costs 15 ms.
 */
function layFilling(
  graph: Graph,
  { flat, places, length }: { readonly flat: Value; readonly places: Value; readonly length: Value },
  request: HoldOutRequest,
): Value {
  if (request.granularity === 'per_tensor' && request.places === 'largest') {
    const next = graph.apply('Add', [places, graph.integer(1)]);
    const isEnd = graph.apply('Equal', [next, length]);
    return gather(graph, flat, graph.apply('Where', [isEnd, graph.integer(0), next]));
  }
  // The lower of two middle values is the smallest of the floor(n / 2) + 1 largest.
  const half = graph.apply('Add', [graph.apply('Div', [length, graph.integers([2])]), graph.integers([1])]);
  const upper = graph.apply('TopK', [flat, half], { attributes: { axis: 1, largest: 1, sorted: 0 } });
  return graph.apply('ReduceMin', [upper, graph.integers([1])], { attributes: { keepdims: 1 }, shape: ['rows', 1] });
}

function gather(graph: Graph, flat: Value, places: Value): Value {
  return graph.apply('GatherElements', [flat, places], { attributes: { axis: 1 } });
}

function scatter(graph: Graph, flat: Value, places: Value, values: Value): Value {
  return graph.apply('ScatterElements', [flat, places, values], { attributes: { axis: 1 } });
}
