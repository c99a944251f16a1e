/** What families say of the products of their layers, from one list of them. */
import { internalError } from '@linchpin/errors';
import type { DecoderConfig, ExpectedTensor, LinearFacts, ModelFamily } from '@linchpin/plugin-api';
import type { AttentionHeads } from '../attention-heads.ts';
import type { EmbeddingWeights } from '../embedding-weights.ts';
import { type Linear, linearTensors } from '../linear-tensors.ts';
import { operandSites } from './fused-heads.ts';

/** A product of a layer and what it does there. */
export interface ListedProduct extends Linear {
  readonly facts: LinearFacts;
}

/** Members of a family that has one MLP a layer; `products` lists one layer's, in the order of their use. */
export function productMembers<Config extends DecoderConfig>(
  products: (config: Config, layer: number) => readonly ListedProduct[],
): Pick<ModelFamily<Config>, 'layerMatrices' | 'linearFacts' | 'mlpOutputs'> {
  const all = (config: Config): ListedProduct[] => ofLayers(config, products);
  return {
    layerMatrices: (config) => all(config).map(weightOf),
    linearFacts(config, module) {
      const product = all(config).find((candidate) => candidate.module === module);
      if (product === undefined) throw internalError(`${module} is no product of a layer`);
      return product.facts;
    },
    mlpOutputs: (config, layer) =>
      products(config, layer)
        .filter(({ facts }) => facts.role === 'mlp-output')
        .map(weightOf),
  };
}

export interface TensorParts<Config> {
  /** Channels of embedding and output head; the hidden size when absent. */
  readonly embeddingSize?: number;
  /** Modules of the layer norms, each with weight and bias. */
  readonly norms: readonly string[];
  readonly products: (config: Config, layer: number) => readonly ListedProduct[];
}

/** Tensors of embedding, output head, norms and layers. */
export function listTensors<Config extends DecoderConfig & EmbeddingWeights>(
  config: Config,
  { embeddingSize = config.hiddenSize, norms, products }: TensorParts<Config>,
): ExpectedTensor[] {
  const embeddings = [...new Set([config.embeddingWeight, config.headWeight])];
  return [
    ...embeddings.map((name) => ({ name, shape: [config.vocabularySize, embeddingSize] })),
    ...norms.flatMap((norm) => [
      { name: `${norm}.weight`, shape: [config.hiddenSize] },
      { name: `${norm}.bias`, shape: [config.hiddenSize] },
    ]),
    ...ofLayers(config, products).flatMap(linearTensors),
  ];
}

/** What `list` gives of every layer, in layer order. */
export function ofLayers<Config extends DecoderConfig, T>(
  config: Config,
  list: (config: Config, layer: number) => readonly T[],
): T[] {
  return Array.from({ length: config.layers }, (_, layer) => list(config, layer)).flat();
}

/** A layer norm with a bias, as the facts of the products name it that take its output. */
export function behindNorm(norm: string): Pick<LinearFacts, 'norm' | 'normBias'> {
  return { norm, normBias: true };
}

export interface FusedLayerSizes extends AttentionHeads {
  readonly hiddenSize: number;
  readonly innerSize: number;
}

/** Names within a layer. */
export interface FusedLayerNames {
  readonly attention: string;
  readonly queryKeyValue: string;
  readonly attentionOutput: string;
  readonly mlpInput: string;
  readonly mlpOutput: string;
  /** Norms whose output goes into products alone. */
  readonly norms?: { readonly attention: string; readonly mlp: string };
  readonly biases: { readonly attention: boolean; readonly mlp: boolean };
  readonly transposed?: true;
}

/** The products of a layer that has queries, keys and values in one, and an MLP of two matrices. */
export function fusedLayerProducts(layer: string, sizes: FusedLayerSizes, names: FusedLayerNames): ListedProduct[] {
  const { hiddenSize, innerSize, heads, keyValueHeads, headSize } = sizes;
  const { norms, biases } = names;
  const behind = (norm: string | undefined): Pick<LinearFacts, 'norm' | 'normBias'> =>
    norm === undefined ? {} : behindNorm(`${layer}.${norm}`);
  const layout = names.transposed ? { transposed: names.transposed } : {};
  const operands = operandSites(`${layer}.${names.attention}`);
  const list = (name: string, shape: readonly [number, number], bias: boolean, facts: LinearFacts): ListedProduct => {
    return { module: `${layer}.${name}`, shape, bias, facts, ...layout };
  };
  const fused = (heads + 2 * keyValueHeads) * headSize;
  return [
    list(names.queryKeyValue, [fused, hiddenSize], biases.attention, {
      role: 'query-key-value',
      operands,
      ...behind(norms?.attention),
    }),
    list(names.attentionOutput, [hiddenSize, heads * headSize], biases.attention, { role: 'attention-output' }),
    list(names.mlpInput, [innerSize, hiddenSize], biases.mlp, { role: 'mlp-input', ...behind(norms?.mlp) }),
    list(names.mlpOutput, [hiddenSize, innerSize], biases.mlp, { role: 'mlp-output' }),
  ];
}

function weightOf({ module }: ListedProduct): string {
  return `${module}.weight`;
}
