/** Gradients of what moves entries, and changes none. */
import { internalError } from '@linchpin/errors';
import type { Value } from '@linchpin/onnx';
import type { GradientBuilder } from '../gradient-builder.ts';
import { axisOf, fromFront, type GradientRule, rule, ruleOfOne } from '../rule.ts';

/** Reshape, Squeeze and Unsqueeze. */
export const reshape: GradientRule = ruleOfOne(({ builder, inputs }, dy) => [builder.reshapeLike(dy, inputs[0]!)]);

export const transpose: GradientRule = ruleOfOne(({ builder, node, inputs }, dy) => {
  const order =
    (node.attributes['perm'] as readonly number[] | undefined) ?? inputs[0]!.shape.map((_, i) => i).toReversed();
  const back = order.map((_, axis) => order.indexOf(axis));
  return [builder.lay('Transpose', [dy], { attributes: { perm: back } })];
});

export const expand: GradientRule = ruleOfOne(({ builder, inputs }, dy) => [builder.unbroadcast(dy, inputs[0]!)]);

/** Every part gets its stretch. */
export const concat: GradientRule = ruleOfOne(({ builder, node, inputs, wants }, dy) => {
  const parts = inputs as readonly Value[];
  const axis = axisOf(node, parts[0]!, 0);
  let end: Value | number = 0;
  return parts.map((part, index) => {
    const start: Value | number = end;
    end = plus(builder, start, sizeOf(builder, part, axis));
    if (!wants[index]) return undefined;
    const places = [vector(builder, start), vector(builder, end), builder.graph.integers([axis])];
    return builder.lay('Slice', [dy, ...places], { shape: part.shape });
  });
});

/** Parts that nothing flows back to count as zeros. */
export const split: GradientRule = rule(({ builder, node, inputs, outputs, gradients }) => {
  const x = inputs[0]!;
  const parts = gradients.map((dy, index) => dy ?? builder.zerosLike(outputs[index]!));
  return [builder.concat(parts, axisOf(node, x, 0), x.shape)];
});

/** Zeros around what was taken. */
export const slice: GradientRule = ruleOfOne(({ builder, inputs, outputs }, dy) => {
  const [x, starts, , axes, steps] = inputs;
  if (steps !== undefined && builder.constantIntegers(steps).some((step) => step !== 1))
    throw internalError('the gradient of a Slice with steps');
  const rank = x!.shape.length;
  const along =
    axes === undefined
      ? Array.from({ length: starts!.shape[0] as number }, (_, axis) => axis)
      : axesOf(builder, axes, x!);
  const before = zeros(rank);
  const after = zeros(rank);
  along.forEach((axis, index) => {
    const size = sizeOf(builder, x!, axis);
    const start = startOf(builder, { starts: starts!, index }, size);
    before[axis] = start;
    after[axis] = minus(builder, minus(builder, size, start), sizeOf(builder, outputs[0]!, axis, dy));
  });
  const pads = joined(builder, [...before, ...after]);
  return [builder.lay('Pad', [dy, pads], { attributes: { mode: 'constant' }, shape: x!.shape })];
});

/** What was added goes off again. */
export const pad: GradientRule = ruleOfOne(({ builder, node, inputs }, dy) => {
  const [x, pads, , axes] = inputs;
  if ((node.attributes['mode'] ?? 'constant') !== 'constant') throw internalError('the gradient of a Pad that repeats');
  if (axes !== undefined) throw internalError('the gradient of a Pad along some axes');
  const { graph } = builder;
  const rank = x!.shape.length;
  const starts = builder.slice(pads!, { axis: 0, from: 0, to: rank });
  const ends = builder.add(starts, builder.shapeOf(x!));
  const all = graph.integers(Array.from({ length: rank }, (_, axis) => axis));
  return [builder.lay('Slice', [dy, starts, ends, all], { shape: x!.shape })];
});

function axesOf(builder: GradientBuilder, axes: Value, x: Value): number[] {
  return builder.constantIntegers(axes).map((axis) => fromFront(axis, x));
}

function zeros(rank: number): (Value | number)[] {
  return Array.from({ length: rank }, () => 0);
}

/** Where a slice begins, from the front and not behind the end. */
function startOf(
  builder: GradientBuilder,
  { starts, index }: { readonly starts: Value; readonly index: number },
  size: Value | number,
): Value | number {
  const isConstant = builder.graph.initializers.some(({ value }) => value.name === starts.name);
  if (isConstant && typeof size === 'number') {
    const start = builder.constantIntegers(starts)[index]!;
    return Math.min(Math.max(0, start < 0 ? start + size : start), size);
  }
  if (isConstant && builder.constantIntegers(starts)[index] === 0) return 0;
  const whole = vector(builder, size);
  return builder.shared(`start ${starts.name} ${index} of ${whole.name}`, () => {
    const { graph } = builder;
    const start = starts.shape[0] === 1 ? starts : builder.slice(starts, { axis: 0, from: index, to: index + 1 });
    const isNegative = builder.lay('Less', [start, graph.integers([0])]);
    const fromEnd = builder.lay('Where', [isNegative, builder.add(start, whole), start], { shape: [1] });
    return builder.lay('Min', [builder.lay('Max', [fromEnd, graph.integers([0])]), whole], { shape: [1] });
  });
}

/** A size of a value: a number where it is known; otherwise read off something of the same shape, if that is there. */
function sizeOf(builder: GradientBuilder, x: Value, axis: number, same: Value = x): Value | number {
  const size = x.shape[axis]!;
  return typeof size === 'number' ? size : builder.sizeOf({ ...same, shape: x.shape }, axis);
}

function plus(builder: GradientBuilder, a: Value | number, b: Value | number): Value | number {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return a === 0 ? b : builder.add(vector(builder, a), vector(builder, b));
}

function minus(builder: GradientBuilder, a: Value | number, b: Value | number): Value | number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return b === 0 ? a : builder.subtract(vector(builder, a), vector(builder, b));
}

/** int64 [1] */
function vector(builder: GradientBuilder, size: Value | number): Value {
  return typeof size === 'number' ? builder.graph.integers([size]) : size;
}

/** int64 [numbers]; numbers that are known stand together. */
function joined(builder: GradientBuilder, sizes: readonly (Value | number)[]): Value {
  if (sizes.every((size) => typeof size === 'number')) return builder.graph.integers(sizes);
  const parts: (Value | number[])[] = [];
  for (const size of sizes) {
    const last = parts.at(-1);
    if (typeof size !== 'number') parts.push(size);
    else if (Array.isArray(last)) last.push(size);
    else parts.push([size]);
  }
  return builder.concat(
    parts.map((part) => (Array.isArray(part) ? builder.graph.integers(part) : part)),
    0,
    [sizes.length],
  );
}
