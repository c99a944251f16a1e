/**
 * A mixture of experts (arXiv 2101.03961, as the families of transformers 5.23.0 lay it): a router gives every token a
 * probability for each expert, the likeliest few run on the token, and their outputs are added with these weights. An
 * expert runs on its own tokens alone, or on a device that cannot pick them on all, and what it gives for others is left out.
 */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder } from '@linchpin/plugin-api';
import type { MlpBlock } from './decoder-layer.ts';

export interface MixtureOptions {
  readonly hiddenSize: number;
  readonly experts: number;
  readonly expertsPerToken: number;
  /** Whether the weights of the chosen experts are made to sum to 1. */
  readonly renormalised: boolean;
  /** The MLP of an expert, by its module. */
  readonly expert: (module: string) => MlpBlock;
  /** One that runs on every token behind a gate of its own, as `<module>.shared_expert` and `<module>.shared_expert_gate`. */
  readonly sharedExpert?: (module: string) => MlpBlock;
}

interface Expert {
  readonly module: string;
  readonly mlp: MlpBlock;
}

/** Router `<module>.gate` and experts `<module>.experts.<n>`; their sum is the site `<module>.output`. */
export function mixtureOfExperts(module: string, options: MixtureOptions): MlpBlock {
  const { hiddenSize, experts: count } = options;
  const router = `${module}.gate`;
  const experts = Array.from({ length: count }, (_, index): Expert => {
    const name = `${module}.experts.${index}`;
    return { module: name, mlp: options.expert(name) };
  });
  const shared = options.sharedExpert?.(`${module}.shared_expert`);
  return {
    products: [
      { module: router, shape: [count, hiddenSize], bias: false, role: 'router' },
      ...experts.flatMap(({ mlp }) => mlp.products),
      ...(shared === undefined
        ? []
        : [{ module: `${module}.shared_expert_gate`, shape: [1, hiddenSize], bias: false, role: 'router' } as const]),
      ...(shared?.products ?? []),
    ],
    lay(decoder, x) {
      const chosen = route(decoder, decoder.linear(router, x), options);
      const routed = layExperts(decoder, { x, module: `${module}.experts`, experts, route: chosen });
      const sum = shared === undefined ? routed : addGated(decoder, routed, { x, module, shared });
      return decoder.site(`${module}.output`, sum);
    },
  };
}

/** routed + sigmoid(gate(x)) · shared(x) */
function addGated(
  decoder: DecoderBuilder,
  routed: Value,
  { x, module, shared }: { readonly x: Value; readonly module: string; readonly shared: MlpBlock },
): Value {
  const { graph } = decoder;
  const openness = graph.apply('Sigmoid', [decoder.linear(`${module}.shared_expert_gate`, x)]); // [tokens, 1]
  const output = decoder.forTokens(`${module}.shared_expert`, x, { lay: (rows) => shared.lay(decoder, rows) });
  return graph.apply('Add', [routed, graph.apply('Mul', [output, openness])]);
}

/** The chosen experts of every token, int64 [tokens, chosen], and with what their outputs are multiplied, float32. */
interface Route {
  readonly indices: Value;
  readonly weights: Value;
}

function route(
  { graph }: DecoderBuilder,
  logits: Value,
  { expertsPerToken, renormalised }: Pick<MixtureOptions, 'expertsPerToken' | 'renormalised'>,
): Route {
  const probabilities = graph.apply('Softmax', [logits], { attributes: { axis: -1 } });
  const shape = [logits.shape[0]!, expertsPerToken];
  const [weights, indices] = graph.applyAll('TopK', [probabilities, graph.integers([expertsPerToken])], {
    attributes: { axis: -1, largest: 1, sorted: 1 },
    shapes: [shape, shape],
  });
  if (!renormalised) return { indices: indices!, weights: weights! };
  const sum = graph.apply('ReduceSum', [weights!, graph.integers([1])], {
    attributes: { keepdims: 1 },
    shape: [logits.shape[0]!, 1],
  });
  return { indices: indices!, weights: graph.apply('Div', [weights!, sum]) };
}

interface Routed {
  readonly x: Value;
  /** What their modules begin with. */
  readonly module: string;
  readonly experts: readonly Expert[];
  readonly route: Route;
}

/** float32 [tokens, hidden]: the weighted outputs of every expert, added at the tokens that it was chosen for. */
function layExperts(decoder: DecoderBuilder, { x, module, experts, route: { indices, weights } }: Routed): Value {
  const { graph } = decoder;
  const picks = decoder.picksTokens(module);
  const lay = picks ? addAtItsTokens : addMasked;
  const chosen = picks ? indices : asFloats(decoder, indices, { module, count: experts.length });
  const nothing = graph.apply('Expand', [graph.float(0), graph.apply('Shape', [x])], { shape: x.shape });
  return experts.reduce((sum, expert, index) => {
    const isChosen = graph.apply('Equal', [chosen, picks ? graph.integer(index) : graph.float(index)]); // [tokens, chosen]
    return lay(decoder, sum, { x, expert, isChosen, weights });
  }, nothing);
}

/** Looked up in a table, since devices that pick no tokens know int64 as indices alone, and neither compare nor cast it. */
function asFloats(
  { graph }: DecoderBuilder,
  indices: Value,
  { module, count }: { readonly module: string; readonly count: number },
): Value {
  const numbers = Float32Array.from({ length: count }, (_, index) => index);
  return graph.rows(graph.tensor(`${module}:numbers`, 'float32', [count], numbers), indices);
}

interface Choice {
  readonly x: Value;
  readonly expert: Expert;
  readonly isChosen: Value; // bool [tokens, chosen]
  readonly weights: Value; // float32 [tokens, chosen]
}

/** The expert runs on the tokens that it was chosen for. */
function addAtItsTokens(decoder: DecoderBuilder, sum: Value, choice: Choice): Value {
  const { graph } = decoder;
  const { x, expert } = choice;
  const tokens = tokensOf(decoder, choice.isChosen);
  const lay = (rows: Value): Value => expert.mlp.lay(decoder, rows);
  const output = decoder.forTokens(expert.module, x, { tokens, lay });
  const weighted = graph.apply('Mul', [output, graph.rows(weightOf(decoder, choice), tokens)]);
  return graph.apply('ScatterND', [sum, graph.unsqueeze(tokens, [1]), weighted], {
    attributes: { reduction: 'add' },
  });
}

/**
 * The expert runs on all tokens, and nothing is added at those that it was not chosen for: not even 0 times its output, which may
 * be no number there.
 */
function addMasked(decoder: DecoderBuilder, sum: Value, choice: Choice): Value {
  const { graph } = decoder;
  const { x, expert } = choice;
  const isIts = graph.cast(anyOf(decoder, choice.isChosen, 1), 'bool'); // [tokens, 1]
  const output = decoder.forTokens(expert.module, x, { lay: (rows) => expert.mlp.lay(decoder, rows) });
  const weighted = graph.apply('Mul', [output, weightOf(decoder, choice)]);
  return graph.apply('Add', [sum, graph.apply('Where', [isIts, weighted, graph.float(0)])]);
}

/** What the expert's output is multiplied with: float32 [tokens, 1], 0 where it was not chosen. */
function weightOf({ graph }: DecoderBuilder, { x, isChosen, weights }: Choice): Value {
  const own = graph.apply('Where', [isChosen, weights, graph.float(0)]);
  return graph.apply('ReduceSum', [own, graph.integers([1])], { attributes: { keepdims: 1 }, shape: [x.shape[0]!, 1] });
}

/** int32, 1 where a row has a true entry: [tokens], or with `keepdims` [tokens, 1]. */
function anyOf({ graph }: DecoderBuilder, isChosen: Value, keepdims: 0 | 1): Value {
  return graph.apply('ReduceMax', [graph.cast(isChosen, 'int32'), graph.integers([1])], { attributes: { keepdims } });
}

/** The rows with a true entry: int64 [n], ascending. */
function tokensOf(decoder: DecoderBuilder, isChosen: Value): Value {
  const { graph } = decoder;
  return graph.reshape(graph.apply('NonZero', [anyOf(decoder, isChosen, 0)]), [-1], [`${isChosen.name}:tokens`]);
}
