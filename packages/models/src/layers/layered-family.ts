/** Families that are an embedding, layers of attention and MLP, a last norm, and an output head. */
import { internalError } from '@linchpin/errors';
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, DecoderConfig, LinearFacts, ModelFamily } from '@linchpin/plugin-api';
import type { EmbeddingWeights } from '../embedding-weights.ts';
import { linearTensors } from '../linear-tensors.ts';
import { type DecoderLayer, layerProducts, layLayer, normBefore, type Norm, otherTensors } from './decoder-layer.ts';

export interface LayeredConfig extends DecoderConfig, EmbeddingWeights {}

/** What such a family says. */
export interface FamilyDescription<Config extends LayeredConfig> extends Pick<
  ModelFamily<Config>,
  'modelTypes' | 'readConfig'
> {
  /** Layer `index` of `model.layers`. */
  layer(config: Config, index: number): DecoderLayer;
  finalNorm(config: Config): Norm;
  /** Factor on the embedding; 1 when absent. */
  embeddingScale?(config: Config): number;
  /** Bound of the logits, as the soft cap of attention scores; none when absent. */
  logitCap?(config: Config): number | undefined;
}

interface Described {
  readonly layers: readonly DecoderLayer[];
  readonly facts: ReadonlyMap<string, LinearFacts>;
}

export function layeredFamily<Config extends LayeredConfig>(family: FamilyDescription<Config>): ModelFamily<Config> {
  const known = new WeakMap<Config, Described>();
  const describe = (config: Config): Described => {
    const described = known.get(config) ?? describeLayers(family, config);
    known.set(config, described);
    return described;
  };
  return {
    modelTypes: family.modelTypes,
    prefix: 'model.',
    readConfig: (config, file, stored) => family.readConfig(config, file, stored),
    tensors(config) {
      const { hiddenSize, vocabularySize, embeddingWeight, headWeight } = config;
      const embeddings = [...new Set([embeddingWeight, headWeight])];
      const { layers } = describe(config);
      return [
        ...embeddings.map((name) => ({ name, shape: [vocabularySize, hiddenSize] })),
        ...layers.flatMap((layer) => [...otherTensors(layer), ...layerProducts(layer).flatMap(linearTensors)]),
        ...family.finalNorm(config).tensors,
      ];
    },
    // Old checkpoints carry the rotary frequencies along.
    isLeftover: (name) => /^model\.(?:layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$/.test(name),
    layerMatrices: (config) =>
      describe(config)
        .layers.flatMap(layerProducts)
        .map(({ module }) => `${module}.weight`),
    linearFacts(config, module) {
      const facts = describe(config).facts.get(module);
      if (facts === undefined) throw internalError(`${module} is no product of a layer`);
      return facts;
    },
    mlpOutputs: (config, layer) =>
      layerProducts(describe(config).layers[layer]!)
        .filter(({ role }) => role === 'mlp-output')
        .map(({ module }) => `${module}.weight`),
    layerModule: (_, layer) => `model.layers.${layer}`,
    build: (config, decoder) => layModel(family, { config, decoder, layers: describe(config).layers }),
  };
}

function describeLayers<Config extends LayeredConfig>(family: FamilyDescription<Config>, config: Config): Described {
  const layers = Array.from({ length: config.layers }, (_, index) => family.layer(config, index));
  const facts = layers.flatMap((layer) =>
    layerProducts(layer).map(({ module, role, operands }): [string, LinearFacts] => {
      const norm = normBefore(layer, role);
      const known = { role, ...(operands === undefined ? {} : { operands }) };
      return [module, norm?.folds ? { ...known, norm: norm.module } : known];
    }),
  );
  return { layers, facts: new Map(facts) };
}

interface ModelParts<Config> {
  readonly config: Config;
  readonly decoder: DecoderBuilder;
  readonly layers: readonly DecoderLayer[];
}

function layModel<Config extends LayeredConfig>(
  family: FamilyDescription<Config>,
  { config, decoder, layers }: ModelParts<Config>,
): Value {
  const { graph } = decoder;
  const scale = family.embeddingScale?.(config) ?? 1;
  let x = decoder.embed(config.embeddingWeight); // [tokens, hidden]
  if (scale !== 1) x = graph.apply('Mul', [x, graph.float(scale)]);
  layers.forEach((layer, index) => (x = layLayer(decoder, layer, { x, isLast: index === layers.length - 1 })));
  const cap = family.logitCap?.(config);
  const normed = family.finalNorm(config).lay(decoder, x);
  return decoder.head(config.headWeight, normed, cap === undefined ? {} : { softCap: cap });
}
