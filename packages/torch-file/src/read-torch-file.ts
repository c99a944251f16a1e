/** Dictionaries of tensors in files of torch.save: a zip archive of `data.pkl` and the tensors' bytes, none compressed. */
import { readFile, stat } from 'node:fs/promises';
import { bytesPerElement, toFloat32 } from '@linchpin/tensor';
import { cannotRead, damaged, type FileErrors, legacyForm, unsupported } from './errors.ts';
import type { TensorView } from './pickle-values.ts';
import { isOf, readPickle } from './read-pickle.ts';
import { readZip } from './read-zip.ts';

export interface TorchTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/** Such files are read whole. */
const mostBytes = 2 ** 30;

/** The tensors by key, in the file's order. Throws for everything that is not float32, float16 or bfloat16 tensors by text. */
export async function readTorchFile(file: string): Promise<ReadonlyMap<string, TorchTensor>> {
  const bytes = await readWhole(file);
  // A pickle of protocol 2 or newer; an archive begins with PK.
  if (bytes[0] === 0x80) throw legacyForm(file);
  const errors: FileErrors = {
    unsupported: (found) => unsupported(file, found),
    damaged: (found) => damaged(file, found),
  };
  const entries = readZip(bytes, errors);
  const pickle = [...entries.keys()].find((name) => name.endsWith('/data.pkl'));
  if (pickle === undefined) throw damaged(file, 'an archive without data.pkl');
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order) !== 'little') throw unsupported(file, 'big-endian data');
  const saved = readPickle(entries.get(pickle)!, errors);
  if (!isOf(saved, 'dictionary')) throw unsupported(file, 'something else than a dictionary');
  const tensors = new Map<string, TorchTensor>();
  for (const [key, tensor] of saved.entries) {
    if (!isOf(tensor, 'tensor')) throw unsupported(file, `something else than a tensor as ${key}`);
    const data = entries.get(`${folder}data/${tensor.storage.key}`);
    if (data === undefined) throw damaged(file, `no data of ${key}`);
    tensors.set(key, { shape: tensor.shape, values: valuesOf(tensor, { bytes: data, subject: `${file}: ${key}` }) });
  }
  return tensors;
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= mostBytes) return await readFile(file);
    throw cannotRead(file, `it has ${size} bytes, and at most ${mostBytes} are read`);
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? cannotRead(file, error.message, error) : error;
  }
}

function valuesOf(
  { storage, offset, shape, strides }: TensorView,
  { bytes, subject }: { readonly bytes: Uint8Array; readonly subject: string },
): Float32Array {
  const size = bytesPerElement[storage.dtype];
  const count = shape.reduce((product, length) => product * length, 1);
  if (!isRowMajor(shape, strides)) throw unsupported(subject, `strides of [${strides.join(', ')}]`);
  if (bytes.length !== storage.size * size || offset + count > storage.size)
    throw damaged(subject, `${bytes.length} bytes of data, which do not hold the tensor`);
  return toFloat32(bytes.subarray(offset * size, (offset + count) * size), storage.dtype);
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  return shape.toReversed().every((length, index) => {
    const fits = length <= 1 || strides.at(-1 - index) === step;
    step *= length;
    return fits && strides.length === shape.length;
  });
}
