/** Gradients of norms over the last axis. */
import { internalError } from '@linchpin/errors';
import type { Value } from '@linchpin/onnx';
import { axisOf, type GradientRule, numberOf, type RuleContext, ruleOfOne } from '../rule.ts';

/** y = x̂ · w where x̂ = r · x and r = 1 / √(mean(x²) + ε): dx = r · (g − x̂ · mean(g · x̂)) with g = dy · w. */
export const rmsNorm: GradientRule = ruleOfOne((context, dy) => gradientsOf(context, dy, { isCentred: false }));

/** The same of x less its mean, and then the mean of g goes off, too. */
export const layerNorm: GradientRule = ruleOfOne((context, dy) => gradientsOf(context, dy, { isCentred: true }));

function gradientsOf(
  context: RuleContext,
  dy: Value,
  { isCentred }: { readonly isCentred: boolean },
): (Value | undefined)[] {
  const { builder, node, inputs, wants } = context;
  const [x, weight, bias] = inputs;
  const last = x!.shape.length - 1;
  if (axisOf(node, x!, -1) !== last) throw internalError(`${node.operator} over more than the last axis`);
  const mean = (value: Value): Value => builder.meanOver(value, last);
  const centred = isCentred ? builder.subtract(x!, mean(x!)) : x!;
  const variance = builder.add(mean(builder.square(centred)), builder.number(numberOf(node, 'epsilon', 1e-5)));
  const inverse = builder.divide(builder.number(1), builder.lay('Sqrt', [variance]));
  const normed = builder.multiply(centred, inverse);
  const ofX = (): Value => {
    const scaled = builder.multiply(dy, weight!);
    const along = builder.multiply(normed, mean(builder.multiply(scaled, normed)));
    const across = builder.subtract(isCentred ? builder.subtract(scaled, mean(scaled)) : scaled, along);
    return builder.multiply(across, inverse);
  };
  return [
    wants[0] ? ofX() : undefined,
    wants[1] ? builder.unbroadcast(builder.multiply(dy, normed), weight!) : undefined,
    ...(bias === undefined ? [] : [wants[2] ? builder.unbroadcast(dy, bias) : undefined]),
  ];
}
