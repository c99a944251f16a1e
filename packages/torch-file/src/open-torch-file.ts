/**
 * Tensors in files of torch.save, a zip archive of `data.pkl` and the tensors' bytes, none compressed: what they are called
 * and where their bytes lie. Only the archive's directory and the pickle are read.
 */
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { bitsPerElement, type StoredTensor } from '@linchpin/safetensors';
import { cannotRead, damaged, type FileErrors, legacyForm, lfsPointer, unsupported } from './errors.ts';
import type { Dictionary, TensorView } from './pickle-values.ts';
import { isOf, readPickle } from './read-pickle.ts';
import { type Archive, readDirectory, readEntry, type ZipEntry } from './read-zip.ts';

export interface TorchFile {
  /** Absolute path, symbolic links resolved. */
  readonly file: string;
  /** By key, in the file's order. Tensors on one storage lie over each other. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** What is known of an opened file, and the entry of each of its tensors. */
export interface OpenedArchive extends TorchFile {
  readonly archive: Archive;
  readonly entryOf: (key: string) => ZipEntry;
}

const mostPickleBytes = 100_000_000;
const pointer = 'version https://git-lfs';

/** Reads which tensors a file has. Throws for everything that is not tensors by text, and for tensors with gaps in them. */
export async function openTorchFile(file: string): Promise<TorchFile> {
  const { file: path, tensors } = await withArchive(file, async (opened) => opened);
  return { file: path, tensors };
}

/** Opens a file for as long as `use` runs. */
export async function withArchive<T>(file: string, use: (opened: OpenedArchive) => Promise<T>): Promise<T> {
  const unreadable = (error: unknown): never => {
    throw error instanceof Error && 'syscall' in error ? cannotRead(file, error.message, error) : error;
  };
  const path = await realpath(file).catch(unreadable);
  await using handle = await open(path).catch(unreadable);
  try {
    return await use(await readContents({ file, path, handle }));
  } catch (error) {
    return unreadable(error);
  }
}

interface OpenFile {
  /** As it was asked for. */
  readonly file: string;
  readonly path: string;
  readonly handle: FileHandle;
}

async function readContents(opened: OpenFile): Promise<OpenedArchive> {
  const { file, path, handle } = opened;
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(pointer.length), position: 0 });
  const beginning = buffer.toString('latin1', 0, bytesRead);
  if (beginning === pointer) throw lfsPointer(file);
  // A pickle of protocol 2 or newer; an archive begins with PK.
  if (buffer[0] === 0x80) throw legacyForm(file);
  const errors: FileErrors = {
    unsupported: (found) => unsupported(file, found),
    damaged: (found) => damaged(file, found),
  };
  const archive = { handle, size, errors };
  const entries = await readDirectory(archive);
  const pickle = [...entries.values()].find(({ name }) => name.endsWith('/data.pkl'));
  if (pickle === undefined) throw errors.damaged('an archive without data.pkl');
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && new TextDecoder().decode(await readSmall(archive, order)) !== 'little')
    throw errors.unsupported('big-endian data');
  const saved = readPickle(await readSmall(archive, pickle), errors);
  if (!isOf(saved, 'dictionary')) throw errors.unsupported('something else than a dictionary');
  const views = tensorViews(saved, errors);
  const entryOf = (key: string): ZipEntry => {
    const entry = entries.get(`${folder}data/${views.get(key)!.storage.key}`);
    if (entry === undefined) throw errors.damaged(`no data of ${key}`);
    return entry;
  };
  const tensors = new Map(
    [...views].map(([key, view]) => [key, placeTensor(key, view, { file, path, entry: entryOf(key) })]),
  );
  return { file: path, tensors, archive, entryOf };
}

async function readSmall(archive: Archive, entry: ZipEntry): Promise<Uint8Array> {
  if (entry.length > mostPickleBytes)
    throw archive.errors.unsupported(`${entry.name} of ${entry.length} bytes, of which ${mostPickleBytes} are read`);
  return await readEntry(archive, entry);
}

function tensorViews(saved: Dictionary, errors: FileErrors): ReadonlyMap<string, TensorView> {
  const views = new Map<string, TensorView>();
  for (const [key, value] of saved.entries) {
    if (!isOf(value, 'tensor')) throw errors.unsupported(`something else than a tensor as ${key}`);
    views.set(key, value);
  }
  return views;
}

interface Place {
  readonly file: string;
  readonly path: string;
  readonly entry: ZipEntry;
}

function placeTensor(name: string, view: TensorView, { file, path, entry }: Place): StoredTensor {
  const { storage, offset, shape, strides } = view;
  const subject = `${file}: ${name}`;
  const size = bitsPerElement.get(storage.dtype)! / 8;
  const count = shape.reduce((product, length) => product * length, 1);
  if (!isRowMajor(shape, strides))
    throw unsupported(file, `strides of [${strides.join(', ')}] for the shape [${shape.join(', ')}]`, name);
  // A product too large for a double's integers is larger than every storage.
  if (entry.length !== storage.size * size || !(offset + count <= storage.size))
    throw damaged(subject, `${entry.length} bytes of data, which do not hold the tensor`);
  return {
    name,
    dtype: storage.dtype,
    shape,
    file: path,
    ...(path === file ? {} : { givenFile: file }),
    offset: entry.offset + offset * size,
    length: count * size,
  };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  return (
    strides.length === shape.length &&
    shape.toReversed().every((length, index) => {
      const fits = length <= 1 || strides.at(-1 - index) === step;
      step *= length;
      return fits;
    })
  );
}
