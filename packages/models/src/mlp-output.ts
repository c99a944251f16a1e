import type { DecoderConfig, MlpPlace, ModelFamily, SuperWeight } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { coordinatesOutOfRange, expertOutOfRange, layerOutOfRange } from './errors.ts';

/** The matrix that writes an MLP's output. Throws where there is no such layer or expert, and where one has to be named. */
export function mlpOutput(
  { family, config }: { readonly family: ModelFamily; readonly config: DecoderConfig },
  { layer, expert }: MlpPlace,
): string {
  const { layers } = config;
  if (!Number.isInteger(layer) || layer < 0 || layer >= layers) throw layerOutOfRange(layer, layers);
  const outputs = family.mlpOutputs(config, layer);
  const isMixture = outputs.length > 1;
  const output = isMixture === (expert !== undefined) ? outputs[expert ?? 0] : undefined;
  if (output === undefined) throw expertOutOfRange({ layer, expert, experts: isMixture ? outputs.length : 0 });
  return output;
}

/** Gives the weights back. Throws where one of them lies in no MLP's output matrix of the model, or outside it. */
export function requireInside(
  model: {
    readonly family: ModelFamily;
    readonly config: DecoderConfig;
    readonly tensors: ReadonlyMap<string, Pick<StoredTensor, 'shape'>>;
  },
  weights: readonly SuperWeight[],
): readonly SuperWeight[] {
  for (const weight of weights) {
    const name = mlpOutput(model, weight);
    const [rows, columns] = model.tensors.get(name)!.shape as [number, number];
    const { row, column } = weight;
    if (row >= rows || column >= columns) throw coordinatesOutOfRange(name, [row, column], [rows, columns]);
  }
  return weights;
}

/** Every MLP of a model by the matrix that writes its output, layer by layer. */
export function mlpPlaces({
  family,
  config,
}: {
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
}): ReadonlyMap<string, MlpPlace> {
  const places = Array.from({ length: config.layers }, (_, layer) => {
    const outputs = family.mlpOutputs(config, layer);
    return outputs.map((name, expert): [string, MlpPlace] => [
      name,
      outputs.length > 1 ? { layer, expert } : { layer },
    ]);
  });
  return new Map(places.flat());
}

/** `model.layers[1].mlp.down_proj.weight[100, 300]`, as papers write it. */
export function weightInWords(
  model: { readonly family: ModelFamily; readonly config: DecoderConfig },
  weight: SuperWeight,
): string {
  const { row, column } = weight;
  return `${mlpOutput(model, weight).replace(/\.(\d+)\./, '[$1].')}[${row}, ${column}]`;
}
