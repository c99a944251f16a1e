/**
 * Gradients of what reads and writes at indices. Entries that were read several times get a sum. It is taken by
 * ScatterElements, which onnxruntime runs in order on one thread; its ScatterND with `add` loses additions at repeated indices
 * when it runs on several (1.30: in 2 of 60 runs).
 */
import { internalError } from '@linchpin/errors';
import type { Value } from '@linchpin/onnx';
import type { GradientBuilder } from '../gradient-builder.ts';
import { axisOf, type GradientRule, type RuleContext, rule, ruleOfOne } from '../rule.ts';

export const gather: GradientRule = ruleOfOne(({ builder, node, inputs, takeSum }, dy) => {
  const [x, indices] = inputs;
  const axis = axisOf(node, x!, 0);
  const flat = builder.graph.reshape(indices!, [-1], ['?']);
  const shape = x!.shape.with(axis, '?');
  const slices = builder.reshape(dy, shape, () => shapeWithout(builder, x!, axis));
  return [addSlices(builder, takeSum(0) ?? builder.zerosLike(x!, dy), { axis, indices: flat, slices })];
});

/** Coordinates become places along one axis. */
export const gatherPoints: GradientRule = ruleOfOne(({ builder, inputs }, dy) => {
  const [x, indices] = inputs;
  const depth = indices!.shape.at(-1);
  if (typeof depth !== 'number') throw internalError('GatherND at coordinates of unknown length');
  const inner = x!.shape.slice(depth);
  const flatShape = ['?', ...inner];
  const rows = (value: Value): Value => builder.reshape(value, flatShape, () => shapeBehind(builder, x!, depth));
  const places = placesOf(builder, x!, indices!, depth);
  const sum = addSlices(builder, rows(builder.zerosLike(x!, dy)), { axis: 0, indices: places, slices: rows(dy) });
  return [builder.reshapeLike(sum, x!)];
});

export const gatherElements: GradientRule = ruleOfOne(({ builder, node, inputs }, dy) => {
  const [x, indices] = inputs;
  const attributes = { axis: axisOf(node, x!, 0), reduction: 'add' };
  return [builder.lay('ScatterElements', [builder.zerosLike(x!), indices!, dy], { attributes })];
});

/** The values; their places are integers. */
export const topK: GradientRule = rule(({ builder, node, inputs, outputs, gradients: [dy] }) => {
  const x = inputs[0]!;
  const attributes = { axis: axisOf(node, x, -1) };
  return [builder.lay('ScatterElements', [builder.zerosLike(x), outputs[1]!, dy!], { attributes })];
});

export const scatterElements: GradientRule = ruleOfOne((context, dy) => {
  const { builder, node, inputs, wants } = context;
  const [x, indices, updates] = inputs;
  const attributes = { axis: axisOf(node, x!, 0) };
  const cleared = (): Value =>
    builder.lay('ScatterElements', [dy, indices!, builder.zerosLike(updates!)], { attributes });
  return [
    wants[0] ? (isSum(context) ? dy : cleared()) : undefined,
    undefined,
    wants[2] ? builder.lay('GatherElements', [dy, indices!], { attributes }) : undefined,
  ];
});

export const scatterPoints: GradientRule = ruleOfOne((context, dy) => {
  const { builder, inputs, wants } = context;
  const [, indices, updates] = inputs;
  const cleared = (): Value => builder.lay('ScatterND', [dy, indices!, builder.zerosLike(updates!)]);
  return [
    wants[0] ? (isSum(context) ? dy : cleared()) : undefined,
    undefined,
    wants[2] ? builder.lay('GatherND', [dy, indices!], { shape: updates!.shape }) : undefined,
  ];
});

/** Whether updates are added to what is there, not put in its place. */
function isSum({ node }: RuleContext): boolean {
  const reduction = node.attributes['reduction'] ?? 'none';
  if (reduction !== 'none' && reduction !== 'add')
    throw internalError(`the gradient of ${node.operator} with the reduction ${String(reduction)}`);
  return reduction === 'add';
}

interface Slices {
  readonly axis: number;
  readonly indices: Value; // [slices]
  /** As what they are added to, with the slices along the axis. */
  readonly slices: Value;
}

function addSlices(builder: GradientBuilder, sum: Value, { axis, indices, slices }: Slices): Value {
  const { graph } = builder;
  const lying = slices.shape.map((_, i) => (i === axis ? -1 : 1));
  const column = graph.reshape(
    indices,
    lying,
    slices.shape.map((_, i) => (i === axis ? '?' : 1)),
  );
  const everywhere = builder.lay('Expand', [column, builder.lay('Shape', [slices])], { shape: slices.shape });
  return builder.lay('ScatterElements', [sum, everywhere, slices], { attributes: { axis, reduction: 'add' } });
}

/** The shape with −1 for one size. */
function shapeWithout(builder: GradientBuilder, x: Value, axis: number): Value {
  const parts = x.shape.map((_, i) => (i === axis ? builder.graph.integers([-1]) : builder.sizeOf(x, i)));
  return builder.concat(parts, 0);
}

/** −1, and the sizes of all axes but the first ones. */
function shapeBehind(builder: GradientBuilder, x: Value, depth: number): Value {
  const inner = x.shape.slice(depth).map((_, index) => builder.sizeOf(x, depth + index));
  return builder.concat([builder.graph.integers([-1]), ...inner], 0);
}

/** Σ coordinate · stride over the first `depth` axes of x: int64 [points]. */
function placesOf(builder: GradientBuilder, x: Value, indices: Value, depth: number): Value {
  const { graph } = builder;
  const points = graph.reshape(indices, [-1, depth], ['?', depth]);
  const coordinate = (axis: number): Value => {
    const from = builder.slice(points, { axis: 1, from: axis, to: axis + 1 });
    const size = builder.sizeOf(x, axis);
    const isNegative = builder.lay('Less', [from, graph.integers([0])]);
    return builder.lay('Where', [isNegative, builder.add(from, size), from], { shape: ['?', 1] });
  };
  let places = coordinate(0);
  for (let axis = 1; axis < depth; axis++) {
    places = builder.add(builder.lay('Mul', [places, builder.sizeOf(x, axis)]), coordinate(axis));
  }
  return graph.reshape(places, [-1], ['?']);
}
