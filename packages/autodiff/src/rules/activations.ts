/** Gradients of the activation functions of MLPs and gates. */
import { type GradientRule, laidAgain, numberOf, ruleOfOne, ruleOfUnary } from '../rule.ts';
import type { GradientBuilder } from '../gradient-builder.ts';
import type { Value } from '@linchpin/onnx';

/** 0 at 0, as torch has it. */
export const relu: GradientRule = ruleOfUnary((builder, { y, dy }) =>
  builder.where(builder.lay('Greater', [y, builder.number(0)]), dy),
);

/** α at 0, as torch has it. */
export const leakyRelu: GradientRule = ruleOfOne(({ builder, node, inputs: [x] }, dy) => {
  const scaled = builder.multiply(dy, numberOf(node, 'alpha', 0.01));
  return [builder.lay('Where', [builder.lay('Greater', [x!, builder.number(0)]), dy, scaled])];
});

/** 0 below −3, 1 above 3, x / 3 + ½ between them and on them, as torch has it. */
export const hardSwish: GradientRule = ruleOfUnary((builder, { x, dy }) => {
  const slope = builder.add(builder.multiply(x, 1 / 3), builder.number(0.5));
  const above = builder.lay('Greater', [x, builder.number(3)]);
  const below = builder.lay('Less', [x, builder.number(-3)]);
  return builder.lay('Where', [above, dy, builder.unless(below, builder.multiply(dy, slope))]);
});

/** dy · sigmoid(x) */
export const softplus: GradientRule = ruleOfUnary((builder, { x, dy }) =>
  builder.multiply(dy, builder.lay('Sigmoid', [x])),
);

/** dy · y · (1 − y) */
export const sigmoid: GradientRule = ruleOfUnary((builder, { y, dy }) => {
  const scaled = builder.multiply(dy, y);
  return builder.subtract(scaled, builder.multiply(scaled, y));
});

/** dy · (1 − y²) */
export const tanh: GradientRule = ruleOfUnary((builder, { y, dy }) =>
  builder.subtract(dy, builder.multiply(builder.multiply(dy, y), y)),
);

/** d(x · s) = s + α · (y − y · s), where s = sigmoid(α · x). */
export const quickGelu: GradientRule = laidAgain(({ builder, node, inputs: [x], outputs: [y] }, dy) => {
  const alpha = numberOf(node, 'alpha', 1.702);
  const gate = builder.lay('Sigmoid', [builder.multiply(x!, alpha)]);
  const slope = builder.subtract(y!, builder.multiply(y!, gate));
  return [builder.multiply(dy, builder.add(gate, builder.multiply(slope, alpha)))];
});

export const gelu: GradientRule = laidAgain(({ builder, node, inputs: [x] }, dy) => {
  const slope = node.attributes['approximate'] === 'tanh' ? tanhGeluSlope(builder, x!) : exactGeluSlope(builder, x!);
  return [builder.multiply(dy, slope)];
});

/** Φ(x) + x · φ(x), of the standard normal distribution. */
function exactGeluSlope(builder: GradientBuilder, x: Value): Value {
  const half = builder.multiply(builder.lay('Erf', [builder.multiply(x, Math.SQRT1_2)]), 0.5);
  const cumulative = builder.add(half, builder.number(0.5));
  const bell = builder.lay('Exp', [builder.multiply(builder.square(x), -0.5)]);
  const density = builder.multiply(bell, 1 / Math.sqrt(2 * Math.PI));
  return builder.add(cumulative, builder.multiply(x, density));
}

/** ½ (1 + t) + ½ x (1 − t²) u′, where t = tanh(u) and u = √(2/π) (x + 0.044715 x³). */
function tanhGeluSlope(builder: GradientBuilder, x: Value): Value {
  const [scale, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
  const one = builder.number(1);
  const squared = builder.square(x);
  const inner = builder.multiply(builder.add(builder.multiply(squared, scale * cubic), builder.number(scale)), x);
  const t = builder.lay('Tanh', [inner]);
  const innerSlope = builder.add(builder.multiply(squared, 3 * scale * cubic), builder.number(scale));
  const outerSlope = builder.multiply(builder.multiply(x, builder.subtract(one, builder.square(t))), innerSlope);
  return builder.multiply(builder.add(builder.add(one, t), outerSlope), 0.5);
}
