/**
 * "+SA" (arXiv 2411.07191, Table 1; the reference's `removeSW_restoreSA`): where a super weight was taken away, the value
 * that its channel of the module's output would have had is written back at one token, the one where it is largest in
 * magnitude, first on ties. One token of every *request*: in a tree of requests the shared tokens may serve several.
 */
import type { Graph, Value } from '@linchpin/onnx';
import { nothingToRestore } from './errors.ts';
import {
  formatSuperWeight,
  type Intervention,
  type RewriteContext,
  type RewriteResult,
  type SuperWeight,
} from '@linchpin/plugin-api';

export interface RestoreSuperActivationOptions {
  readonly weights: readonly SuperWeight[];
}

/** Restores the super activation of every listed weight; an earlier intervention must have changed its row. */
export function restoreSuperActivation({ weights }: RestoreSuperActivationOptions): Intervention {
  return {
    name: 'restore-super-activation',
    version: 1,
    settings: { weights: weights.map((weight) => ({ ...weight })) },
    async edit(model) {
      for (const { row, ...place } of distinctChannels(weights)) {
        const name = model.mlpOutput(place);
        const weight = model.weight(name);
        if (!weight.isEdited(row)) throw nothingToRestore(name, row);
        const original = await weight.original(row);
        const site = `${name.replace(/\.weight$/, '')}.output`;
        model.activation(site).rewrite((context) => restoreChannel(context, row, original));
      }
    },
  };
}

/** Several super weights may write on one channel; it is restored once. */
function distinctChannels(weights: readonly SuperWeight[]): SuperWeight[] {
  return [...new Map(weights.map((weight) => [formatSuperWeight({ ...weight, column: 0 }), weight])).values()];
}

function restoreChannel(context: RewriteContext, row: number, original: Float32Array): RewriteResult {
  const { graph, input, value } = context;
  const width = value.shape[1] as number;
  const stem = `restored:${value.name}`;
  const weights = graph.tensor(`${stem}:row`, 'float32', [1, original.length], original);
  const operands =
    context.bias === undefined ? [input, weights] : [input, weights, graph.rows(context.bias, graph.integers([row]))];
  const unpruned = graph.apply('Gemm', operands, { attributes: { transB: 1 } }); // [tokens, 1]
  const { chosen, unresolved } = chooseTokens(context, unpruned);
  const channel = graph.tensor(
    `${stem}:channel`,
    'bool',
    [width],
    Uint8Array.from({ length: width }, (_, i) => (i === row ? 1 : 0)),
  );
  const here = graph.apply('And', [graph.unsqueeze(chosen, [1]), channel]); // [tokens, width]
  return { value: graph.apply('Where', [here, unpruned, value]), unresolved };
}

/**
 * A token is chosen when it is the largest of its ancestors and of its descendants alike: on the path of a request there
 * is at most one such token, and if there is one it is the request's own arg-max. Where there is none, requests that
 * share tokens disagree, and whoever ends there is unresolved. A request by itself always has one.
 */
function chooseTokens(
  { graph, ancestors, rowShape }: RewriteContext,
  value: Value,
): { chosen: Value; unresolved: Value } {
  const magnitude = graph.reshape(graph.apply('Abs', [value]), rowShape, ['rows', 'row_length']);
  const none = graph.float(-1);
  const ofAncestors = graph.apply('Where', [ancestors, graph.unsqueeze(magnitude, [1]), none]); // [rows, i, j]
  const first = graph.apply('ArgMax', [ofAncestors], { attributes: { axis: 2, keepdims: 0 } }); // int64 [rows, i]
  const length = graph.apply('Gather', [rowShape, graph.integer(1)], { attributes: { axis: 0 }, shape: [] });
  const self = graph.apply('Range', [graph.integer(0), length, graph.integer(1)], { shape: ['row_length'] });
  const isPrefixMaximum = graph.apply('Equal', [first, self]);
  const ofDescendants = graph.apply('Where', [ancestors, graph.unsqueeze(magnitude, [2]), none]); // [rows, i, j]
  const largestBelow = maximum(graph, ofDescendants, 1); // [rows, j]
  const chosen = graph.apply('And', [isPrefixMaximum, graph.apply('GreaterOrEqual', [magnitude, largestBelow])]);
  const onPath = graph.apply('And', [ancestors, graph.unsqueeze(chosen, [1])]);
  const isResolved = graph.apply('Greater', [maximum(graph, graph.cast(onPath, 'float32'), 2), graph.float(0)]);
  const flat = (x: Value): Value => graph.reshape(x, [-1], ['tokens']);
  return { chosen: flat(chosen), unresolved: flat(graph.apply('Not', [isResolved])) };
}

function maximum(graph: Graph, x: Value, axis: number): Value {
  return graph.apply('ReduceMax', [x, graph.integers([axis])], {
    attributes: { keepdims: 0 },
    shape: ['rows', 'row_length'],
  });
}
