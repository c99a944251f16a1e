/** The input of products of integers: uint8 codes around a zero point, and what turns sums of codes into numbers. */
import { absent, type Graph, type Value } from '@linchpin/onnx';
import type { ExecutionContext } from '@linchpin/plugin-api';
import { aboveMinimum, type ActivationScale, layCodes, layDequantized, layScale } from './activation-scale.ts';
import { type InputQuantizer, inputKey } from './input-quantizer.ts';
import { type LaidHoldOut, layHoldOut } from './lay-hold-out.ts';
import { centre } from './weight-quantizer.ts';

export interface IntegerInput {
  /** uint8 [tokens, in]. */
  readonly codes: Value;
  /** float32 [tokens, 1]. */
  readonly scale: Value;
  /** What the zero point stands for: float32 [tokens, 1]; absent where symmetric. */
  readonly origin?: Value;
  /** Sums of codes less the zero point: float32 [tokens, 1]; absent unless asked for. */
  readonly sums?: Value;
  /** What is missing because scalars were held out. */
  readonly missing?: MissingScalars;
}

/** Scalars that the codes lack. */
export interface MissingScalars {
  /** int64 [scalars, 1]. */
  readonly tokens: Value;
  /** int64 [scalars]. */
  readonly channels: Value;
  /** The scalar less what its code stands for: float32 [scalars, 1]. */
  readonly differences: Value;
}

/** The code that stands for 0 where symmetric, and for the middle of the range where not. */
export function zeroPoint(quantizer: InputQuantizer): number {
  return quantizer.scheme === 'symmetric' ? 128 : centre(quantizer);
}

/** Lays the codes once for all products of an input. */
export function sharedIntegerInput(
  context: ExecutionContext,
  quantizer: InputQuantizer,
  options: { readonly sums: boolean },
): IntegerInput {
  const key = `integer ${options.sums} ${inputKey(quantizer)}`;
  return unpack(context.shared(key, () => pack(layIntegerInput(context, quantizer, options))));
}

function layIntegerInput(
  { graph, x, rowShape }: ExecutionContext,
  quantizer: InputQuantizer,
  options: { readonly sums: boolean },
): IntegerInput {
  const { heldOut, granularity } = quantizer;
  const taken = heldOut === undefined ? undefined : layHoldOut(graph, x, rowShape, { places: heldOut, granularity });
  const rest = taken?.rest ?? x;
  const scale = layScale(graph, rest, rowShape, quantizer);
  const codes = layIntegerCodes(graph, rest, scale, quantizer);
  const { minimum } = scale;
  return {
    codes,
    scale: scale.scale,
    ...(minimum === undefined ? {} : { origin: layOrigin(graph, minimum, scale.scale, quantizer) }),
    ...(options.sums ? { sums: layCodeSums(graph, codes, quantizer) } : {}),
    ...(taken === undefined ? {} : { missing: layMissing(graph, taken, scale) }),
  };
}

function layOrigin(graph: Graph, minimum: Value, scale: Value, quantizer: InputQuantizer): Value {
  return graph.apply('Add', [minimum, graph.apply('Mul', [scale, graph.float(zeroPoint(quantizer))])]);
}

/** One QuantizeLinear, the token axis as its axis: half the time of Div, Round, Add and Cast, and the same codes. */
function layIntegerCodes(
  graph: Graph,
  x: Value,
  { divisor, minimum }: ActivationScale,
  quantizer: InputQuantizer,
): Value {
  const scale = graph.reshape(divisor, [-1], ['tokens']);
  const zero = quantizer.scheme === 'symmetric' ? zeroPoint(quantizer) : 0;
  const zeros = graph.apply('Expand', [graph.byte(zero), graph.apply('Shape', [scale])], { shape: ['tokens'] });
  return graph.apply('QuantizeLinear', [aboveMinimum(graph, x, minimum), scale, zeros], { attributes: { axis: 0 } });
}

/** Exact: sums of codes stay below 2^24 (see longestSum). */
function layCodeSums(graph: Graph, codes: Value, quantizer: InputQuantizer): Value {
  const centred = graph.apply('Sub', [graph.cast(codes, 'float32'), graph.float(zeroPoint(quantizer))]);
  return graph.apply('ReduceSum', [centred, graph.integers([1])], {
    attributes: { keepdims: 1 },
    shape: ['tokens', 1],
  });
}

function layMissing(
  graph: Graph,
  { rest, places, values, isInside }: LaidHoldOut,
  scale: ActivationScale,
): MissingScalars {
  const width = graph.integer(rest.shape[1] as number);
  const { tokens, channels } = layCoordinates(graph, places, width, rest);
  const at = (value: Value): Value => graph.rows(value, tokens); // [scalars, 1]
  const filling = graph.apply('GatherND', [rest, layPairs(graph, tokens, channels)], { shape: ['?'] });
  const scaleThere: ActivationScale = {
    scale: at(scale.scale),
    divisor: at(scale.divisor),
    ...(scale.minimum === undefined ? {} : { minimum: at(scale.minimum) }),
  };
  const column = graph.unsqueeze(filling, [1]);
  const coded = layDequantized(graph, layCodes(graph, column, scaleThere), scaleThere);
  const inPlace =
    isInside === undefined ? values : graph.apply('Where', [isInside, values, layLike(graph, coded, places)]);
  const differences = graph.apply('Sub', [graph.reshape(inPlace, [-1, 1], ['?', 1]), coded]);
  return { tokens: graph.unsqueeze(tokens, [1]), channels, differences };
}

/** Token and channel of places that are flat in their row: int64 [scalars] each. */
function layCoordinates(graph: Graph, places: Value, width: Value, rest: Value): { tokens: Value; channels: Value } {
  const shape = graph.apply('Shape', [places]);
  const rows = graph.apply('Gather', [shape, graph.integer(0)], { attributes: { axis: 0 }, shape: [] });
  const allTokens = graph.apply('Gather', [graph.apply('Shape', [rest]), graph.integer(0)], {
    attributes: { axis: 0 },
    shape: [],
  });
  const rowLength = graph.apply('Div', [allTokens, rows]);
  const row = graph.apply('Range', [graph.integer(0), rows, graph.integer(1)], { shape: ['rows'] });
  const start = graph.unsqueeze(graph.apply('Mul', [row, rowLength]), [1]); // [rows, 1]
  const tokenInRow = graph.apply('Div', [places, width]);
  const tokens = graph.apply('Add', [start, tokenInRow]);
  const channels = graph.apply('Sub', [places, graph.apply('Mul', [tokenInRow, width])]);
  const flat = (value: Value): Value => graph.reshape(value, [-1], ['?']);
  return { tokens: flat(tokens), channels: flat(channels) };
}

function layPairs(graph: Graph, tokens: Value, channels: Value): Value {
  return graph.apply('Concat', [graph.unsqueeze(tokens, [1]), graph.unsqueeze(channels, [1])], {
    attributes: { axis: 1 },
  });
}

/** [scalars, 1] in the shape of places. */
function layLike(graph: Graph, value: Value, places: Value): Value {
  return graph.reshape(value, graph.apply('Shape', [places]), places.shape);
}

function pack({ codes, scale, origin, sums, missing }: IntegerInput): Value[] {
  const { tokens, channels, differences } = missing ?? {};
  return [codes, scale, ...[origin, sums, tokens, channels, differences].map((value) => value ?? absent)];
}

function unpack(values: readonly Value[]): IntegerInput {
  const [codes, scale, origin, sums, tokens, channels, differences] = values.map((value) =>
    value === absent ? undefined : value,
  );
  return {
    codes: codes!,
    scale: scale!,
    ...(origin === undefined ? {} : { origin }),
    ...(sums === undefined ? {} : { sums }),
    ...(tokens === undefined ? {} : { missing: { tokens, channels: channels!, differences: differences! } }),
  };
}
