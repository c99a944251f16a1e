/**
 * Checkpoints as `save_pretrained` of transformers 5.23.0 writes them, of every family, with the log-probabilities that
 * transformers gives for them. Configs, names and shapes are recorded (packages/models/scripts/saved_by_transformers.py);
 * the weights are made here from the names, as that script makes them.
 */
import { readFileSync } from 'node:fs';

export interface SavedCheckpoint {
  readonly config: object;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  /** Of every token but the first, natural. */
  readonly logProbabilities: readonly number[];
}

const file = new URL('fixtures/saved-by-transformers.json', import.meta.url);
const { tokens: recordedTokens, ...recorded } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly tokens: readonly number[];
} & Readonly<Record<string, SavedCheckpoint>>;

export const tokens: readonly number[] = recordedTokens;

/** By the name of the family, and what is said of the variant. */
export const checkpoints: Readonly<Record<string, SavedCheckpoint>> = recorded;

export interface MadeTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** float32, row-major. */
  readonly bytes: Uint8Array;
}

export function tensorsOf({ tensors }: SavedCheckpoint): MadeTensor[] {
  return Object.entries(tensors).map(([name, shape]) => ({ name, shape, bytes: bytesOf(name, shape) }));
}

/** By the name and the index alone; around 1 in the vectors that norms multiply with. */
function bytesOf(name: string, shape: readonly number[]): Uint8Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193) >>> 0;
  const isVector = shape.length === 1;
  const amplitude = isVector ? 0.25 : Math.sqrt(3 / shape.at(-1)!);
  const base = isVector && name.endsWith('weight') ? 1 : 0;
  const values = Float32Array.from({ length: shape.reduce((size, axis) => size * axis, 1) }, (_, index) => {
    let x = (Math.imul(index, 0x9e3779b9) + seed) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
    return base + amplitude * (((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1);
  });
  return new Uint8Array(values.buffer);
}
