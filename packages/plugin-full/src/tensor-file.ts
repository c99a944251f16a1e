/** The file of a full training: every trained tensor in float32, under the checkpoint's name. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainedResult } from '@linchpin/plugin-api';
import { readHeader, readTensor, writeSafetensors } from '@linchpin/safetensors';
import { noTrainedTensors, tensorDiffers } from './errors.ts';

const fileName = 'full_model.safetensors';

export async function writeTensors(
  shapes: ReadonlyMap<string, readonly number[]>,
  result: TrainedResult,
  folder: string,
): Promise<void> {
  const tensors = [...shapes].map(([name, shape]) => {
    const { buffer, byteOffset, byteLength } = result.values(name);
    return { name, dtype: 'F32' as const, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
  });
  await writeSafetensors(join(folder, fileName), tensors, { origin: JSON.stringify(result.origin) });
}

/** The hash of the file in a folder. Throws where there is none. */
export function hashOfTensors(folder: string): string {
  try {
    return createHash('sha256')
      .update(readFileSync(join(folder, fileName)))
      .digest('hex');
  } catch (cause) {
    throw noTrainedTensors(folder, fileName, cause);
  }
}

/** Hands out every tensor of the file in a folder; `shapeOf` gives that of the model's tensor, and throws where it has none. */
export async function readTensors(
  folder: string,
  shapeOf: (name: string) => readonly number[],
  use: (name: string, values: Float32Array) => void,
): Promise<void> {
  const { tensors } = await readHeader(join(folder, fileName));
  for (const [name, stored] of tensors) {
    const shape = shapeOf(name);
    if (stored.shape.join() !== shape.join()) throw tensorDiffers(name, { found: stored.shape, expected: shape });
    use(name, await readTensor(stored));
  }
}
