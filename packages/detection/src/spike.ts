/** The entry of an activation whose magnitude is the largest. */
import { nonFiniteActivation } from './errors.ts';

export interface Spike {
  /** Signed. */
  readonly value: number;
  readonly token: number;
  readonly channel: number;
}

/** The first largest entry in row-major order of [tokens, width]; `site` is only named in errors. Throws for NaN and infinity. */
export function largestEntry(activation: Float32Array, width: number, site: string): Spike {
  let at = 0;
  for (let i = 0; i < activation.length; i++) {
    const value = activation[i]!;
    if (!Number.isFinite(value)) throw nonFiniteActivation(site, value);
    if (Math.abs(value) > Math.abs(activation[at]!)) at = i;
  }
  return { value: activation[at]!, token: Math.floor(at / width), channel: at % width };
}
