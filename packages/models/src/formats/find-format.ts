import { pytorch } from './pytorch.ts';
import { safetensors } from './safetensors.ts';
import type { WeightFormat } from './weight-format.ts';

/** In the order in which they are looked for, which is that of transformers. */
const formats: readonly WeightFormat[] = [safetensors, pytorch];

/** The first format that a folder holds weights in; safetensors, which says what is missing, where there is none. */
export function findFormat(names: readonly string[], known: readonly WeightFormat[] = formats): WeightFormat {
  return known.find((format) => format.isIn(names)) ?? safetensors;
}
