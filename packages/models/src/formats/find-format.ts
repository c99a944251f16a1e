import { gguf } from './gguf.ts';
import { pytorch } from './pytorch.ts';
import { safetensors } from './safetensors.ts';
import type { WeightFormat } from './weight-format.ts';

/** In the order in which they are looked for: that of transformers, and then a format of other programs. */
const formats: readonly WeightFormat[] = [safetensors, pytorch, gguf];

/** The first format that a folder holds weights in; safetensors, which says what is missing, where there is none. */
export function findFormat(names: readonly string[], known: readonly WeightFormat[] = formats): WeightFormat {
  return known.find((format) => format.isIn(names)) ?? safetensors;
}
