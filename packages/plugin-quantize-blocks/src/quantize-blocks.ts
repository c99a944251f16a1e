/**
 * Weights in 4 or 8 bits by blocks along the inner axis, with super weights held out of their blocks (arXiv 2411.07191,
 * Section 5.2, which holds them out of larger ones). Every product of the decoder layers but those of routers is executed on the
 * codes; embeddings, norms and the output head stay as they are.
 */
import { coordinatesOf, type Intervention, type SuperWeight } from '@linchpin/plugin-api';
import type { BlockFormat } from './block-codes.ts';
import { blockProduct } from './block-product.ts';
import { invalidBlock } from './errors.ts';

/** Weights of a block that onnxruntime multiplies by. */
export const blockSizes: readonly number[] = [16, 32, 64, 128, 256];

export interface QuantizeBlocksOptions extends BlockFormat {
  /** Scalars that are no part of their blocks; none when absent. */
  readonly holdOut?: readonly SuperWeight[];
}

export function quantizeBlocks({ bits, block, holdOut = [] }: QuantizeBlocksOptions): Intervention {
  if (!blockSizes.includes(block)) throw invalidBlock(block);
  return {
    name: 'quantize-blocks',
    version: 1,
    settings: { bits, block, holdOut: holdOut.map(coordinatesOf) },
    edit(model) {
      const heldOut = Map.groupBy(holdOut, (at) => model.mlpOutput(at));
      for (const [name, weights] of heldOut)
        for (const { row, column } of weights) model.weight(name).check(row, column);
      for (const name of model.layerMatrices) {
        const linear = model.linear(name.replace(/\.weight$/, ''));
        if (linear.role === 'router') continue;
        const { module, shape } = linear;
        linear.execute(blockProduct({ module, shape, bits, block, heldOut: heldOut.get(name) ?? [] }));
      }
    },
  };
}
