/**
 * Weights as executions need them, in files: `<folder>/<key>/<module>.safetensors` and the list complete.json. They are
 * encoded one module at a time, and used again only where the list is of this key, and size and sha256 are those of the list. Files come
 * into place by renaming, so that two processes may encode the same weights at once.
 */
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders, withTemporary } from '@linchpin/files';
import type { EncodedTensor } from '@linchpin/plugin-api';
import { readHeader, type StoredTensor, writeSafetensors } from '@linchpin/safetensors';
import pLimit from 'p-limit';
import { fileHash } from '../content-hash.ts';
import type { ExecutedProduct } from '../edit/model-editor.ts';
import { type EncodedFile, readEncodedIndex, writeEncodedIndex } from './encoded-index.ts';
import { encodedNotWritable } from './errors.ts';
import { isSystemError, problemOf } from './kept-file.ts';

/** The tensors of one executed product. */
export interface EncodedProduct {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Entries of the matrix that edits had changed. */
  readonly changed: number;
}

/** Called with a file that is there, cannot be used, and is made again. */
export type OnRebuild = (file: string, reason: string) => void;

export interface EncodingCalls {
  readonly onRebuild?: OnRebuild | undefined;
  /** Called with every product whose tensors are there. */
  readonly onEncoded?: (done: number, total: number) => void;
}

const concurrency = 4;
const dtypes: Readonly<Record<EncodedTensor['type'], string>> = {
  int8: 'I8',
  uint8: 'U8',
  int32: 'I32',
  float32: 'F32',
};

/** Gives the encoded tensors of every product, by module; those that `folder`, named by its key, does not hold yet are made. */
export async function encodeProducts(
  products: ReadonlyMap<string, ExecutedProduct>,
  folder: string,
  { onRebuild = () => {}, onEncoded }: EncodingCalls = {},
): Promise<ReadonlyMap<string, EncodedProduct>> {
  const kept = await keptProducts([...products.keys()], folder, onRebuild);
  const made = new Map<string, { file: EncodedFile; product: EncodedProduct }>();
  try {
    makeFolders(folder);
    for (const [module, product] of products) {
      made.set(module, kept.get(module) ?? (await encodeProduct(product, fileOf(folder, module))));
      onEncoded?.(made.size, products.size);
    }
    if (kept.size < products.size)
      await writeEncodedIndex(folder, new Map([...made].map(([module, { file }]) => [module, file])));
  } catch (error) {
    throw isSystemError(error) ? encodedNotWritable(folder, error) : error;
  }
  return new Map([...made].map(([module, { product }]) => [module, product]));
}

interface Kept {
  readonly file: EncodedFile;
  readonly product: EncodedProduct;
}

/** The files of an earlier run that can be used as they are. */
async function keptProducts(
  modules: readonly string[],
  folder: string,
  onRebuild: OnRebuild,
): Promise<Map<string, Kept>> {
  const index = await readEncodedIndex(folder);
  if ('problem' in index) {
    const present = await readdir(folder).catch(() => []);
    if (present.length > 0) onRebuild(folder, index.problem);
    return new Map();
  }
  const limit = pLimit(concurrency);
  const kept = await limit.map(modules, async (module): Promise<[string, Kept] | undefined> => {
    const listed = index.files.get(module);
    const problem =
      listed === undefined ? 'complete.json does not list it' : await problemOf(fileOf(folder, module), listed);
    if (problem === undefined && listed !== undefined) {
      const { tensors } = await readHeader(fileOf(folder, module));
      return [module, { file: listed, product: { tensors, changed: listed.changed } }];
    }
    onRebuild(fileOf(folder, module), problem!);
    return undefined;
  });
  return new Map(kept.filter((entry) => entry !== undefined));
}

async function encodeProduct(product: ExecutedProduct, file: string): Promise<Kept> {
  const { values, changed } = await product.matrix();
  const tensors = product.execution.encode(values, product.shape).map(({ name, type, shape: sizes, data }) => ({
    name,
    dtype: dtypes[type],
    shape: sizes,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  return await withTemporary(file, async (temporary) => {
    await writeSafetensors(temporary, tensors);
    const [sha256, { size }] = [await fileHash(temporary), await stat(temporary)];
    await rename(temporary, file);
    const header = await readHeader(file);
    return { file: { bytes: size, sha256, changed }, product: { tensors: header.tensors, changed } };
  });
}

function fileOf(folder: string, module: string): string {
  return join(folder, `${module}.safetensors`);
}
