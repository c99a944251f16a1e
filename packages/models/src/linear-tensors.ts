import type { ExpectedTensor } from '@linchpin/plugin-api';

/** A matrix product of an architecture. */
export interface Linear {
  readonly module: string;
  /** Of `<module>.weight`: [out, in]. */
  readonly shape: readonly [number, number];
  /** Whether there is `<module>.bias`, [out]. */
  readonly bias: boolean;
}

export function linearTensors({ module, shape, bias }: Linear): ExpectedTensor[] {
  const weight = { name: `${module}.weight`, shape };
  return bias ? [weight, { name: `${module}.bias`, shape: [shape[0]] }] : [weight];
}
