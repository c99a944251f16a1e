/**
 * The cache in which huggingface_hub keeps repositories, so that what is downloaded by either program serves both:
 * `models--org--name/` or `datasets--org--name/` with `refs/<revision>` (a commit), `blobs/<hash>`, and
 * `snapshots/<commit>/<file>`, links into `blobs` (huggingface.co/docs/huggingface_hub/guides/manage-cache).
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A repository of the hub. */
export interface HubRepository {
  readonly type: 'model' | 'dataset';
  /** `org/name`. */
  readonly name: string;
}

/** The folder of one repository. */
export function repositoryFolder(cache: string, { type, name }: HubRepository): string {
  return join(cache, `${type}s--${name.replace('/', '--')}`);
}

export const commitHash: RegExp = /^[0-9a-f]{40}$/;

/** The snapshot of a revision, which may be incomplete; undefined where nothing of it has been downloaded. */
export async function findSnapshot(folder: string, revision: string): Promise<string | undefined> {
  const reference = readFile(join(folder, 'refs', revision), 'utf8').catch(() => undefined);
  const commit = commitHash.test(revision) ? revision : (await reference)?.trim();
  if (commit === undefined || !commitHash.test(commit)) return undefined;
  const snapshot = join(folder, 'snapshots', commit);
  return existsSync(snapshot) ? snapshot : undefined;
}

/** Which model and commit a folder holds, when it is a snapshot of a cache. */
export function identifySnapshot(directory: string): { readonly hubId: string; readonly revision: string } | undefined {
  const snapshots = dirname(directory);
  const name = /^models--(?<owner>[^/]+?)--(?<name>[^/]+)$/.exec(basename(dirname(snapshots)))?.groups;
  if (basename(snapshots) !== 'snapshots' || name === undefined) return undefined;
  return { hubId: `${name['owner']}/${name['name']}`, revision: basename(directory) };
}
