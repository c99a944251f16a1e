/** Checkpoints whose weights follow from their names, as golden/generate.py draws them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@linchpin/safetensors';

export async function writeTinyCheckpoint(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  // Gemma adds 1 to the weights of its norms itself.
  const norm = String(config['model_type']).startsWith('gemma') ? 0 : 1;
  const tensors = [...shapes].map(([name, shape]) => {
    const values = drawWeights(name, shape, norm);
    return { name, dtype: 'F32' as const, shape, bytes: new Uint8Array(values.buffer) };
  });
  await writeSafetensors(join(folder, 'model.safetensors'), tensors);
}

/** A linear congruential generator (Numerical Recipes' constants) seeded with the name's FNV-1a hash; those of norms lie around `norm`. */
function drawWeights(name: string, shape: readonly number[], norm: number): Float32Array {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  const count = shape.reduce((product, size) => product * size, 1);
  const scale = 2 ** (1 - Math.round(Math.log2(Math.sqrt(shape.at(-1)!))));
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const drawn = (state >>> 8) / 2 ** 23 - 1;
    if (shape.length > 1) return drawn * scale;
    return (name.endsWith('weight') ? norm : 0) + drawn / 4;
  });
}
