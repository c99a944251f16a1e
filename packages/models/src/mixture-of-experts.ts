/**
 * A mixture of experts (arXiv 2101.03961, as the MoE families of transformers 5.23.0 lay it): a router gives every token a
 * probability for each expert, the likeliest few run on the token, and their outputs are added with these weights. An
 * expert runs on its own tokens alone.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder } from '@linchpin/plugin-api';

export interface MixtureOptions {
  /** Module of the router, [experts, hidden]. */
  readonly router: string;
  /** Modules of the experts, in the router's order. */
  readonly experts: readonly string[];
  readonly expertsPerToken: number;
  /** Whether the weights of the chosen experts are made to sum to 1. */
  readonly renormalised: boolean;
  /** Lays one expert: float32 [its tokens, hidden] from the same. */
  readonly layExpert: (module: string, x: Value) => Value;
}

/** float32 [tokens, hidden] from the same. */
export function layMixture(decoder: DecoderBuilder, x: Value, options: MixtureOptions): Value {
  const { graph } = decoder;
  const { indices, weights } = route(decoder, x, options);
  const nothing = graph.apply('Mul', [x, graph.float(0)], { name: `${options.router}:nothing` });
  return options.experts.reduce((sum, module, expert) => {
    const isChosen = graph.apply('Equal', [indices, graph.integer(expert)]); // [tokens, chosen]
    const tokens = tokensOf(decoder, isChosen);
    const output = decoder.forTokens(module, x, { tokens, lay: (rows) => options.layExpert(module, rows) });
    const own = graph.apply('Where', [isChosen, weights, graph.float(0)]);
    const weight = graph.apply('ReduceSum', [own, graph.integers([1])], { attributes: { keepdims: 1 } }); // [tokens, 1]
    const weighted = graph.apply('Mul', [output, graph.rows(weight, tokens)]);
    return graph.apply('ScatterND', [sum, graph.unsqueeze(tokens, [1]), weighted], {
      attributes: { reduction: 'add' },
    });
  }, nothing);
}

interface Route {
  /** The chosen experts of every token: int64 [tokens, chosen]. */
  readonly indices: Value;
  /** With what their outputs are multiplied: float32 [tokens, chosen]. */
  readonly weights: Value;
}

function route(decoder: DecoderBuilder, x: Value, { router, expertsPerToken, renormalised }: MixtureOptions): Route {
  const { graph } = decoder;
  const probabilities = graph.apply('Softmax', [decoder.linear(router, x)], { attributes: { axis: -1 } });
  const [likeliest, indices] = graph.applyAll('TopK', [probabilities, graph.integers([expertsPerToken])], {
    attributes: { axis: -1, largest: 1, sorted: 1 },
  });
  if (!renormalised) return { indices: indices!, weights: likeliest! };
  const sum = graph.apply('ReduceSum', [likeliest!, graph.integers([1])], { attributes: { keepdims: 1 } });
  return { indices: indices!, weights: graph.apply('Div', [likeliest!, sum]) };
}

/** int64 [n], ascending. */
function tokensOf({ graph }: DecoderBuilder, isChosen: Value): Value {
  const any = graph.apply('ReduceMax', [graph.cast(isChosen, 'int32'), graph.integers([1])], {
    attributes: { keepdims: 0 },
  });
  const places = graph.apply('NonZero', [any]);
  return graph.reshape(places, [-1], [`${isChosen.name}:tokens`]);
}
