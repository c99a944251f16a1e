import type { ExpectedTensor } from '@linchpin/plugin-api';

/** A matrix product of an architecture. */
export interface Linear {
  readonly module: string;
  /** Of `<module>.weight`: [out, in]. */
  readonly shape: readonly [number, number];
  /** Whether there is `<module>.bias`, [out]. */
  readonly bias: boolean;
  /** Set where the file has the weight as [in, out]. */
  readonly transposed?: true;
}

export function linearTensors({ module, shape, bias, transposed }: Linear): ExpectedTensor[] {
  const name = `${module}.weight`;
  const weight = transposed ? { name, shape: shape.toReversed(), transposed } : { name, shape };
  return bias ? [weight, { name: `${module}.bias`, shape: [shape[0]] }] : [weight];
}
