/** Gradient of rotations: rotations the other way. */
import { internalError } from '@linchpin/errors';
import { type GradientRule, ruleOfOne } from '../rule.ts';

export const rotary: GradientRule = ruleOfOne(({ builder, node, inputs, wants }, dy) => {
  const [, positions, cosines, sines] = inputs;
  if (wants[2] || wants[3]) throw internalError('the gradient of rotary tables');
  const back = builder.shared(`negated ${sines!.name}`, () => builder.negate(sines!));
  const { attributes } = node;
  return [builder.lay('RotaryEmbedding', [dy, positions!, cosines!, back], { attributes })];
});
