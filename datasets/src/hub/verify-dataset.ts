/** Whether a data set of the cache is what the hub has, and what was published. */
import { realpath } from 'node:fs/promises';
import { checkCachedFile } from '@linchpin/hub';
import { isLinchpinError } from '@linchpin/errors';
import type { FoundDataset } from '../find-dataset.ts';
import { type FileIdentity, identifyFile } from '../identify-file.ts';

export interface VerifiedDataset {
  /** Null where the file cannot be read to its end. */
  readonly rows: number | null;
  readonly sha256: string | null;
  readonly recognised: string;
  /** Why the file is not what the hub has, or cannot be read: it has to be removed before it is fetched again. */
  readonly damage: string | null;
  /** Empty where everything is as it should be. */
  readonly problems: readonly string[];
}

/** Hashes the file, reads every row, and compares both with what is known of them. */
export async function verifyDataset({ file, entry }: FoundDataset): Promise<VerifiedDataset> {
  const problems: string[] = [];
  const hash = await checkCachedFile(file);
  if (hash !== undefined && hash.found !== hash.expected)
    problems.push(
      `the hash ${hash.found} instead of ${hash.expected}; remove ${await realpath(file)} and fetch it again`,
    );
  const identity = await identify(file, problems);
  const damage = problems[0] ?? null;
  if (identity === undefined) return { rows: null, sha256: null, recognised: 'not readable', damage, problems };
  const { rows, sha256, description } = identity;
  if (entry.rows !== null && entry.rows !== rows)
    problems.push(`${rows} rows, where the published split has ${entry.rows}`);
  return { rows, sha256, recognised: description, damage, problems };
}

async function identify(file: string, problems: string[]): Promise<FileIdentity | undefined> {
  try {
    return await identifyFile(file);
  } catch (error) {
    if (!isLinchpinError(error)) throw error;
    problems.push(error.message);
    return undefined;
  }
}
