/** The list of the files under one key: written last, so that what it does not list was not finished. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withTemporary } from '@linchpin/files';
import { z } from 'zod';
import { encodedFormat } from './encoding-key.ts';

const schema = z.object({
  format: z.literal(encodedFormat),
  key: z.string(),
  files: z.record(
    z.string(),
    z.object({ bytes: z.int().nonnegative(), sha256: z.string(), changed: z.int().nonnegative() }),
  ),
});

/** What is known of a module's file. */
export interface EncodedFile {
  readonly bytes: number;
  readonly sha256: string;
  /** Entries of the matrix that edits had changed. */
  readonly changed: number;
}

export type EncodedIndex =
  | { readonly files: ReadonlyMap<string, EncodedFile> } // by module
  | { readonly problem: string };

/**
 * The list of a folder, which is named by its key. One of another key is refused: sound files in the wrong place would
 * pass every other check.
 */
export async function readEncodedIndex(folder: string): Promise<EncodedIndex> {
  try {
    const { key, files } = schema.parse(JSON.parse(await readFile(indexFile(folder), 'utf8')));
    if (key === basename(folder)) return { files: new Map(Object.entries(files)) };
    return { problem: `complete.json is of the weights ${key}` };
  } catch {
    return { problem: 'complete.json is absent or malformed' };
  }
}

export async function writeEncodedIndex(folder: string, files: ReadonlyMap<string, EncodedFile>): Promise<void> {
  const list = { format: encodedFormat, key: basename(folder), files: Object.fromEntries(files) };
  await withTemporary(indexFile(folder), async (temporary) => {
    await writeFile(temporary, `${JSON.stringify(list, null, 2)}\n`);
    await rename(temporary, indexFile(folder));
  });
}

function indexFile(folder: string): string {
  return join(folder, 'complete.json');
}
