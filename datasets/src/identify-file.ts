import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { unreadableFile } from './errors.ts';
import { type KnownFile, knownFiles } from './known-files.ts';

/** The content of a data file, as far as a result row has to tell it. */
export interface FileIdentity {
  /** Of the bytes as they are stored: other line ends, or packing, make another file of it. */
  readonly sha256: string;
  readonly known: KnownFile | null;
  /** For people: `known file: ARC-Easy test, 2376 rows`, or `unknown file`. */
  readonly description: string;
}

/** Reads the whole file once, as a stream. */
export async function identifyFile(file: string): Promise<FileIdentity> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
  const sha256 = hash.digest('hex');
  const known = knownFiles.get(sha256) ?? null;
  return {
    sha256,
    known,
    description: known === null ? 'unknown file' : `known file: ${known.title}, ${known.rows} rows`,
  };
}
