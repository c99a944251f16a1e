/** The norms of decoders, in float32 whatever their weights are stored in. */
import type { Graph, Value } from '@linchpin/onnx';
import type { LayerNormOptions, RmsNormOptions } from '@linchpin/plugin-api';

/** x / sqrt(mean(x²) + epsilon) · (weight + offset), over all channels or over groups of them: float32 [tokens, width]. */
export function rmsNorm(
  graph: Graph,
  { x, weight }: { readonly x: Value; readonly weight: Value },
  { epsilon, weightOffset = 0, groupSize }: RmsNormOptions,
): Value {
  const scale = weightOffset === 0 ? weight : graph.apply('Add', [weight, graph.float(weightOffset)]);
  const attributes = { axis: -1, epsilon, stash_type: 1 };
  if (groupSize === undefined) return graph.apply('SimplifiedLayerNormalization', [x, scale], { attributes });
  const width = x.shape[1] as number;
  const groups = graph.reshape(x, [-1, width / groupSize, groupSize], ['tokens', width / groupSize, groupSize]);
  const normed = graph.apply('SimplifiedLayerNormalization', [groups, scale], { attributes });
  return graph.reshape(normed, [-1, width], x.shape);
}

/** (x − mean(x)) / sqrt(variance(x) + epsilon) · weight + bias: float32 [tokens, width]. */
export function layerNorm(
  graph: Graph,
  { x, weight, bias }: { readonly x: Value; readonly weight?: Value | undefined; readonly bias?: Value | undefined },
  { epsilon }: Pick<LayerNormOptions, 'epsilon'>,
): Value {
  const operands = [x, weight ?? ones(graph, x.shape[1] as number), ...(bias === undefined ? [] : [bias])];
  return graph.apply('LayerNormalization', operands, { attributes: { axis: -1, epsilon, stash_type: 1 } });
}

function ones(graph: Graph, width: number): Value {
  return graph.apply('Expand', [graph.float(1), graph.integers([width])], { shape: [width] });
}
