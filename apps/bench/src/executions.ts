/** In which arithmetic the products with weights are carried out. */
import type { LayOptions } from '@linchpin/models';
import { presets, quantize } from '@linchpin/plugin-quantize';

/**
 * `split16`: 16 bits of each operand, as two products of 8 bits. `int8`: weights in 8 bits with a scale a channel,
 * activations in 8 bits with a scale a token, on integer kernels.
 */
export type ExecutionName = 'float32' | 'split16' | 'int8';

export const executionNames: readonly ExecutionName[] = ['float32', 'split16', 'int8'];

export interface Execution {
  readonly execution: ExecutionName;
  /** Where encoded weights are kept between runs. */
  readonly encodedFolder: string;
}

export function executionOptions({ execution, encodedFolder }: Execution): LayOptions {
  if (execution === 'float32') return {};
  if (execution === 'split16') return { execution, encodedFolder };
  const { smoothing: _, ...naive } = presets['paper-naive'];
  const options = { ...naive, weights: 'per_channel', attentionOperands: 'none', execution: 'integer' } as const;
  return { interventions: [quantize(options)], encodedFolder };
}
