/**
 * Multiplies what the MLP of one layer adds to the residual stream.
 * Source: the paper and section, or the reference implementation, that the method is from. Say here what is done otherwise.
 */
import type { Intervention } from '@linchpin/plugin-api';

export interface MyMethodOptions {
  /** From 0. */
  readonly layer: number;
  /** What the MLP's output is multiplied by; 1 changes nothing, 0 leaves the MLP out. */
  readonly factor: number;
}

/** Multiplies the output of a layer's MLP by the factor. */
export function myMethod({ layer, factor }: MyMethodOptions): Intervention {
  return {
    name: 'my-method',
    version: 1,
    settings: { layer, factor },
    edit(model) {
      if (factor === 1) return;
      const module = model.mlpOutput({ layer }).replace(/\.weight$/, '');
      model.activation(`${module}.output`).rewrite(({ graph, value }) => ({
        value: graph.apply('Mul', [value, graph.float(factor)]),
      }));
    },
  };
}
