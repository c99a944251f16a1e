/** Gradients of what makes distributions of numbers. */
import { axisOf, type GradientRule, ruleOfOne } from '../rule.ts';

/** y ∘ (dy − Σ dy ∘ y) */
export const softmax: GradientRule = ruleOfOne(({ builder, node, inputs: [x], outputs: [y] }, dy) => {
  const weighted = builder.multiply(dy, y!);
  const sum = builder.sumOver(weighted, axisOf(node, x!, -1));
  return [builder.subtract(weighted, builder.multiply(y!, sum))];
});

/** dy − exp(y) · Σ dy */
export const logSoftmax: GradientRule = ruleOfOne(({ builder, node, inputs: [x], outputs: [y] }, dy) => {
  const sum = builder.sumOver(dy, axisOf(node, x!, -1));
  return [builder.subtract(dy, builder.multiply(builder.lay('Exp', [y!]), sum))];
});
