/** Gradients of sums, means and extremes over axes. */
import type { Value } from '@linchpin/onnx';
import type { GradientBuilder } from '../gradient-builder.ts';
import { fromFront, type GradientRule, numberOf, type RuleContext, ruleOfOne } from '../rule.ts';

export const reduceSum: GradientRule = ruleOfOne((context, dy) => [spread(context, dy)]);

export const reduceMean: GradientRule = ruleOfOne((context, dy) => {
  const count = countOf(context);
  return [count === undefined ? dy : spread(context, context.builder.divide(dy, count))];
});

/** To the entries that are the extreme, in equal shares where several are, as torch has it. */
export const reduceExtreme: GradientRule = ruleOfOne((context, dy) => {
  const { builder, inputs, outputs } = context;
  const axes = axesOf(context);
  if (axes.length === 0) return [dy];
  const [x, y] = [inputs[0]!, outputs[0]!];
  const isExtreme = builder.lay('Equal', [x, keptAxes(context, y)], { shape: x.shape });
  const ones = builder.graph.cast(isExtreme, 'float32', 'gradient:Cast');
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const count = builder.lay('ReduceSum', [ones, builder.graph.integers(axes)], { attributes: { keepdims: 1 }, shape });
  return [builder.multiply(ones, builder.divide(keptAxes(context, dy), count))];
});

/** The axes that are reduced, from the front; none where the operator does nothing. */
function axesOf({ builder, node, inputs: [x, axes] }: RuleContext): number[] {
  if (axes !== undefined) return builder.constantIntegers(axes).map((axis) => fromFront(axis, x!));
  return numberOf(node, 'noop_with_empty_axes', 0) === 1 ? [] : x!.shape.map((_, axis) => axis);
}

/** What came out of the reduction with size 1 in place of the reduced axes. */
function keptAxes(context: RuleContext, y: Value): Value {
  const { builder, node, inputs } = context;
  const axes = axesOf(context);
  if (numberOf(node, 'keepdims', 1) === 1 || axes.length === 0) return y;
  const shape = inputs[0]!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return builder.lay('Unsqueeze', [y, builder.graph.integers(axes)], { shape });
}

function spread(context: RuleContext, dy: Value): Value {
  const { builder, inputs } = context;
  const x = inputs[0]!;
  return builder.lay('Expand', [keptAxes(context, dy), builder.shapeOf(x)], { shape: x.shape });
}

/** How many entries a mean is over: float32 []; undefined where nothing is reduced. */
function countOf(context: RuleContext): Value | undefined {
  const { builder, inputs } = context;
  const [x, axes] = [inputs[0]!, axesOf(context)];
  const sizes = axes.map((axis) => x.shape[axis]!);
  const known = sizes.filter((size) => typeof size === 'number').reduce((product, size) => product * size, 1);
  const unknown = axes.filter((axis) => typeof x.shape[axis] !== 'number');
  if (axes.length === 0) return undefined;
  return unknown.reduce(
    (product, axis) => builder.multiply(product, sizeAsNumber(builder, x, axis)),
    builder.number(known),
  );
}

function sizeAsNumber(builder: GradientBuilder, x: Value, axis: number): Value {
  const size = builder.graph.reshape(builder.sizeOf(x, axis), builder.graph.integers([]), []);
  return builder.graph.cast(size, 'float32', 'gradient:Cast');
}
