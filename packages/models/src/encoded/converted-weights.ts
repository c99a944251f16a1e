/**
 * Weights that a graph cannot map as their file has them, as a safetensors file of the cache that it maps instead:
 * `<folder>/<key>/model.safetensors` and the list complete.json, as encoded weights are kept. The file is written once, and
 * used again only where size and sha256 are those of the list.
 */
import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders, withTemporary } from '@linchpin/files';
import { fileHash } from '../content-hash.ts';
import { readEncodedIndex, writeEncodedIndex } from './encoded-index.ts';
import { encodedNotWritable } from './errors.ts';
import { isSystemError, problemOf } from './kept-file.ts';

export interface Conversion {
  /** Writes the whole file. */
  readonly write: (file: string) => Promise<void>;
  readonly hashFile: (file: string) => Promise<string>;
  /** Called before the first writing, with the path. */
  readonly onConvert: (file: string) => void;
  /** Called with a file that is there, cannot be used, and is made again. */
  readonly onRebuild?: ((file: string, reason: string) => void) | undefined;
}

const module = 'model';

/** The path of the converted weights in `folder`, which is named by its key; they are made where they are not there. */
export async function convertedWeights(folder: string, conversion: Conversion): Promise<string> {
  const file = join(folder, `${module}.safetensors`);
  const problem = await problemOfKept(folder, file, conversion);
  if (problem === undefined) return file;
  if (problem === 'none') conversion.onConvert(file);
  else conversion.onRebuild?.(file, problem);
  try {
    makeFolders(folder);
    await convert(folder, file, conversion);
    return file;
  } catch (error) {
    // A copy without its list would take room for nothing; the folder goes where it is empty.
    await rm(file, { force: true }).catch(() => {});
    await rmdir(folder).catch(() => {});
    throw isSystemError(error) ? encodedNotWritable(folder, error) : error;
  }
}

async function convert(folder: string, file: string, { write }: Conversion): Promise<void> {
  await withTemporary(file, async (temporary) => {
    await write(temporary);
    const [sha256, { size }] = [await fileHash(temporary), await stat(temporary)];
    await rename(temporary, file);
    await writeEncodedIndex(folder, new Map([[module, { bytes: size, sha256, changed: 0 }]]));
  });
}

/** `none` where nothing has been converted yet. */
async function problemOfKept(folder: string, file: string, { hashFile }: Conversion): Promise<string | undefined> {
  const index = await readEncodedIndex(folder);
  if ('problem' in index) return (await readdir(folder).catch(() => [])).length > 0 ? index.problem : 'none';
  const listed = index.files.get(module);
  return listed === undefined ? 'complete.json does not list it' : await problemOf(file, listed, hashFile);
}
