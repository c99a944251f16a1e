/** The list of the files under one key: written last, so that what it does not list was not finished. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { encodedFormat } from './encoding-key.ts';

const schema = z.object({
  format: z.literal(encodedFormat),
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

/** By module; undefined where there is no list that can be read. */
export async function readEncodedIndex(folder: string): Promise<ReadonlyMap<string, EncodedFile> | undefined> {
  const text = await readFile(indexFile(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return new Map(Object.entries(schema.parse(JSON.parse(text)).files));
  } catch {
    return undefined;
  }
}

export async function writeEncodedIndex(folder: string, files: ReadonlyMap<string, EncodedFile>): Promise<void> {
  const temporary = temporaryName(indexFile(folder));
  await writeFile(
    temporary,
    `${JSON.stringify({ format: encodedFormat, files: Object.fromEntries(files) }, null, 2)}\n`,
  );
  await rename(temporary, indexFile(folder));
}

/** A name in the same folder that no other process uses. */
export function temporaryName(file: string): string {
  return `${file}.${randomUUID()}.partial`;
}

function indexFile(folder: string): string {
  return join(folder, 'complete.json');
}
