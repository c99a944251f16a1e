/** In which arithmetic the products with weights are carried out. */
import type { LayOptions } from '@linchpin/models';
import { presets, quantize } from '@linchpin/plugin-quantize';

/**
 * `split16`: 16 bits of each operand, as two products of 8 bits. `int8`: the row "Naive W8A8" of Table 3, which is the
 * preset `paper-naive` of quantize on integer kernels: symmetric 8 bits, a scale a weight matrix and a scale a token, of q, k
 * and v too. It is an intervention, which changes answers.
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
  return { interventions: [quantize({ ...naive, execution: 'integer' })], encodedFolder };
}
