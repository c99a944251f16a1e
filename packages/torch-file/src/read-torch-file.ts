/** Values of small dictionaries of tensors in files of torch.save, each entry compared with its CRC-32. */
import { isWeightDType, toFloat32 } from '@linchpin/tensor';
import type { StoredTensor } from '@linchpin/safetensors';
import { cannotRead, unsupported } from './errors.ts';
import { type OpenedArchive, withArchive } from './open-torch-file.ts';
import { readEntry } from './read-zip.ts';

export interface TorchTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/** Such files are read whole. */
const mostBytes = 2 ** 30;

/** The tensors by key, in the file's order. Throws for everything that is not float32, float16 or bfloat16 tensors by text. */
export async function readTorchFile(file: string): Promise<ReadonlyMap<string, TorchTensor>> {
  return await withArchive(file, async (opened) => {
    const { size } = opened.archive;
    if (size > mostBytes) throw cannotRead(file, `it has ${size} bytes, and at most ${mostBytes} are read`);
    const tensors = new Map<string, TorchTensor>();
    for (const [key, stored] of opened.tensors)
      tensors.set(key, { shape: stored.shape, values: await readValues(file, stored, opened) });
    return tensors;
  });
}

async function readValues(
  file: string,
  { name, dtype, offset, length }: StoredTensor,
  { archive, entryOf }: OpenedArchive,
): Promise<Float32Array> {
  if (!isWeightDType(dtype)) throw unsupported(file, `elements of the type ${dtype}`, name);
  const entry = entryOf(name);
  const bytes = await readEntry(archive, entry);
  const start = offset - entry.offset;
  return toFloat32(bytes.subarray(start, start + length), dtype);
}
