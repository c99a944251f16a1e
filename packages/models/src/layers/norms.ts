/** Norms of layers, as layers are described. */
import type { LayerNormOptions, RmsNormOptions } from '@linchpin/plugin-api';
import type { LayerNorms, Norm } from './decoder-layer.ts';

/** RMS norm of `size` channels. */
export function rmsNorm(module: string, size: number, options: RmsNormOptions): Norm {
  return {
    module,
    tensors: [{ name: `${module}.weight`, shape: [size] }],
    folds: (options.weightOffset ?? 0) === 0,
    lay: (decoder, x) => decoder.rmsNorm(module, x, options),
  };
}

/** Layer norm that stores nothing. */
export function plainLayerNorm(module: string, { epsilon }: Pick<LayerNormOptions, 'epsilon'>): Norm {
  return {
    module,
    tensors: [],
    folds: false,
    lay: (decoder, x) => decoder.layerNorm(module, x, { epsilon, parameters: 'none' }),
  };
}

export interface NormSizes {
  readonly hiddenSize: number;
  readonly normEpsilon: number;
}

/** One RMS norm before each block, as most families after LLaMA have them. */
export function normsBefore({ hiddenSize, normEpsilon: epsilon }: NormSizes, module: string): LayerNorms {
  return {
    beforeAttention: rmsNorm(`${module}.input_layernorm`, hiddenSize, { epsilon }),
    beforeMlp: rmsNorm(`${module}.post_attention_layernorm`, hiddenSize, { epsilon }),
  };
}

/** RMS norm before the output head. */
export function finalNorm({ hiddenSize, normEpsilon: epsilon }: NormSizes): Norm {
  return rmsNorm('model.norm', hiddenSize, { epsilon });
}
