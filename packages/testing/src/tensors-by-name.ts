import type { DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';

/** The tensors of a family as if a file had them, in float32: laying a graph needs only names, types, shapes and places. */
export function tensorsByName<Config extends DecoderConfig>(
  family: ModelFamily<Config>,
  config: Config,
): ReadonlyMap<string, StoredTensor> {
  const tensors = family.tensors(config).map(({ name, shape }): [string, StoredTensor] => {
    const length = shape.reduce((product, size) => product * size, 4);
    return [name, { name, dtype: 'F32', shape, file: '/model/model.safetensors', offset: 0, length }];
  });
  return new Map(tensors);
}
