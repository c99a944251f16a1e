/** Gradients of what is computed entry by entry, operands broadcast. */
import type { ElementType, Value } from '@linchpin/onnx';
import type { GradientBuilder } from '../gradient-builder.ts';
import { type GradientRule, rule, ruleOfOne, ruleOfUnary } from '../rule.ts';

export const identity: GradientRule = ruleOfUnary((_, { dy }) => dy);

/** Between floating-point types; what becomes an integer passes nothing back. */
export const cast: GradientRule = ruleOfUnary(({ graph }, { x, dy }) => graph.cast(dy, x.type));

export const add: GradientRule = ruleOfOne(({ builder, inputs, wants }, dy) =>
  inputs.map((x, index) => (wants[index] ? builder.unbroadcast(dy, x!) : undefined)),
);

export const subtract: GradientRule = ruleOfOne(({ builder, inputs: [a, b], wants }, dy) => [
  wants[0] ? builder.unbroadcast(dy, a!) : undefined,
  wants[1] ? builder.unbroadcast(builder.negate(dy), b!) : undefined,
]);

export const multiply: GradientRule = ruleOfOne(({ builder, inputs: [a, b], wants }, dy) => [
  wants[0] ? builder.unbroadcast(builder.multiply(dy, b!), a!) : undefined,
  wants[1] ? builder.unbroadcast(builder.multiply(dy, a!), b!) : undefined,
]);

/** d(a / b) = da / b − y · db / b */
export const divide: GradientRule = ruleOfOne(({ builder, inputs: [a, b], outputs: [y], wants }, dy) => {
  const quotient = builder.divide(dy, b!);
  return [
    wants[0] ? builder.unbroadcast(quotient, a!) : undefined,
    wants[1] ? builder.unbroadcast(builder.negate(builder.multiply(quotient, y!)), b!) : undefined,
  ];
});

export const negate: GradientRule = ruleOfUnary((builder, { dy }) => builder.negate(dy));

/** 0 at 0, as torch has it. */
export const absolute: GradientRule = ruleOfUnary((builder, { x, dy }) =>
  builder.multiply(dy, builder.lay('Sign', [x])),
);

export const exponential: GradientRule = ruleOfUnary((builder, { y, dy }) => builder.multiply(dy, y));

export const logarithm: GradientRule = ruleOfUnary((builder, { x, dy }) => builder.divide(dy, x));

export const squareRoot: GradientRule = ruleOfUnary((builder, { y, dy }) => builder.divide(dy, builder.multiply(y, 2)));

/** Max and Min: to the operand that was taken, to both by halves where they are equal, as torch has it. */
export function extreme(comparison: 'Greater' | 'Less'): GradientRule {
  return ruleOfOne(({ builder, inputs: [a, b], wants }, dy) => {
    const half = builder.multiply(dy, 0.5);
    const share = (own: Value, other: Value): Value => {
      const shared = builder.where(builder.lay('Equal', [own, other]), half);
      const taken = builder.lay('Where', [builder.lay(comparison, [own, other]), dy, shared]);
      return builder.unbroadcast(taken, own);
    };
    return [wants[0] ? share(a!, b!) : undefined, wants[1] ? share(b!, a!) : undefined];
  });
}

/** To x inside the bounds and on them, to a bound where it was taken. */
export const clip: GradientRule = ruleOfOne(({ builder, inputs: [x, least, most], wants }, dy) => {
  const below = bound(builder, 'Less', [x!, least]);
  const above = bound(builder, 'Greater', [x!, most]);
  const inside = below === undefined ? dy : builder.unless(below, dy);
  const ofBound = (outside: Value | undefined, value: Value | undefined): Value | undefined =>
    outside === undefined ? undefined : builder.unbroadcast(builder.where(outside, dy), value!);
  return [
    wants[0] ? (above === undefined ? inside : builder.unless(above, inside)) : undefined,
    wants[1] ? ofBound(below, least) : undefined,
    wants[2] ? ofBound(above, most) : undefined,
  ];
});

function bound(
  builder: GradientBuilder,
  comparison: 'Less' | 'Greater',
  [x, limit]: readonly [Value, Value | undefined],
): Value | undefined {
  return limit === undefined ? undefined : builder.lay(comparison, [x, limit]);
}

export const where: GradientRule = rule(({ builder, inputs: [condition, a, b], gradients: [dy], wants }) => [
  undefined,
  wants[1] ? builder.unbroadcast(builder.where(condition!, dy!), a!) : undefined,
  wants[2] ? builder.unbroadcast(builder.unless(condition!, dy!), b!) : undefined,
]);

/** d erf(x) = 2 / √π · exp(−x²) */
export const errorFunction: GradientRule = ruleOfUnary((builder, { x, dy }) => {
  const bell = builder.lay('Exp', [builder.negate(builder.square(x))]);
  return builder.multiply(dy, builder.multiply(bell, 2 / Math.sqrt(Math.PI)));
});

const floating: ReadonlySet<ElementType> = new Set(['float32', 'float16', 'bfloat16']);

/** Whether small changes of a value make sense. */
export function isFloating({ type }: Value): boolean {
  return floating.has(type);
}
