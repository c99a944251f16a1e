import { stat } from 'node:fs/promises';
import { isLinchpinError } from '@linchpin/errors';
import { fileHash } from '../content-hash.ts';
import type { EncodedFile } from './encoded-index.ts';

/** Why a file of an earlier run cannot be used; undefined where it is what was written. */
export async function problemOf(
  file: string,
  { bytes, sha256 }: Pick<EncodedFile, 'bytes' | 'sha256'>,
  hashFile: (file: string) => Promise<string> = fileHash,
): Promise<string | undefined> {
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined) return 'it is absent';
  if (facts.size !== bytes) return `it has ${facts.size} bytes, not ${bytes}`;
  return (await hashFile(file)) === sha256 ? undefined : 'its contents have another sha256';
}

/** Whether the file system said so, and not whoever encodes. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && !isLinchpinError(error) && 'syscall' in error;
}
