/** Data sets out of repositories of the hub: what is in the cache is taken from there, the rest is downloaded into it. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { env } from 'node:process';
import {
  cacheFolder,
  type DownloadProgress,
  type Environment,
  findSnapshot,
  hubOffline,
  type HubRevision,
  isOffline,
  openRevision,
  repositoryFolder,
} from '@linchpin/hub';
import { isLinchpinError } from '@linchpin/errors';
import { splitInParts, splitNotFound } from '../errors.ts';
import { datasetEntry, type FoundDataset } from '../find-dataset.ts';
import type { DatasetEntry } from '../dataset-entry.ts';
import { splitFiles } from './split-files.ts';

export interface HubDatasetOptions {
  /** Called as a file grows while it is downloaded; what it throws ends the download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Ends requests to the hub, and waiting for it. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a folder with the data would not do in its place, which errors then do not offer. */
  readonly onlyHub?: boolean | undefined;
  /** The variables that huggingface_hub heeds; those of the process when absent. */
  readonly environment?: Environment | undefined;
}

/**
 * Where the files are looked for: as they were published, else as the hub converted them, which it does for repositories that
 * have a program in the place of data.
 */
const revisions = ['main', 'refs/convert/parquet'] as const;
const card = 'README.md';

/** Finds a data set of the manifest, and downloads its split where the cache does not have it. */
export async function fetchDataset(name: string, options: HubDatasetOptions = {}): Promise<FoundDataset> {
  const { environment = env, signal, onProgress, onlyHub = false } = options;
  const entry = datasetEntry(name);
  const cached = await findCachedDataset(name, environment);
  if (cached !== undefined) return cached;
  const repository = { type: 'dataset', name: entry.hubId } as const;
  if (isOffline(environment))
    throw hubOffline(
      { repository, revision: revisions[0], onlyHub },
      repositoryFolder(cacheFolder(environment), repository),
    );
  const request = { repository, environment, onlyHub, signal, onProgress, ...listedFiles(entry) };
  const published = await openRevision({ ...request, revision: revisions[0] });
  const found = await fetchSplit(entry, published);
  if (found !== undefined) return found;
  const converted = await openRevision({ ...request, revision: revisions[1] }).catch((error: unknown) => {
    // The hub has not converted it.
    if (isLinchpinError(error) && error.code === 'hub/refused') return undefined;
    throw error;
  });
  const instead = converted === undefined ? undefined : await fetchSplit(entry, converted);
  if (instead === undefined) throw splitNotFound(entry.hubId, entry, published.paths);
  return instead;
}

/** A repository of one file that is read can have ten thousands of others. */
function listedFiles({ hubFile }: DatasetEntry): { readonly recursive?: boolean; readonly path?: string } {
  return hubFile === undefined ? { recursive: true } : { path: hubFile.replace(/\/[^/]*$/u, '') };
}

/** Undefined where the revision does not have the split. */
async function fetchSplit(entry: DatasetEntry, opened: HubRevision): Promise<FoundDataset | undefined> {
  const path = onlyFile(entry, splitFiles(opened.paths, await readmeOf(opened), entry));
  if (path === undefined) return undefined;
  const file = (await opened.fetch(path))!; // the path is one of those that it lists
  await opened.finish();
  return { file, form: 'hub', entry, origin: { repository: entry.hubId, revision: opened.commit, path } };
}

async function readmeOf(opened: HubRevision): Promise<string | undefined> {
  const file = await opened.fetch(card);
  return file === undefined ? undefined : await readFile(file, 'utf8');
}

/** The data set if it is in the cache; nothing is asked of the hub. */
export async function findCachedDataset(
  name: string,
  environment: Environment = env,
): Promise<FoundDataset | undefined> {
  const entry = datasetEntry(name);
  const folder = repositoryFolder(cacheFolder(environment), { type: 'dataset', name: entry.hubId });
  for (const revision of revisions) {
    const snapshot = await findSnapshot(folder, revision);
    if (snapshot === undefined) continue;
    const paths = await filesIn(snapshot);
    const readme = paths.includes(card) ? await readFile(join(snapshot, card), 'utf8') : undefined;
    const path = onlyFile(entry, splitFiles(paths, readme, entry));
    if (path === undefined) continue;
    const origin = { repository: entry.hubId, revision: basename(snapshot), path };
    return { file: join(snapshot, path), form: 'hub', entry, origin };
  }
  return undefined;
}

function onlyFile({ hubId, hubFile }: DatasetEntry, paths: readonly string[]): string | undefined {
  const [path] = paths;
  const parts = Number(/-of-(?<parts>\d+)\./u.exec(path ?? '')?.groups?.['parts'] ?? 1);
  const isPart = hubFile === undefined && parts !== 1;
  if (paths.length > 1 || isPart) throw splitInParts(hubId, paths);
  return path;
}

/** Paths with `/`; links whose blob is gone count as absent. */
async function filesIn(snapshot: string): Promise<string[]> {
  const entries = await readdir(snapshot, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && existsSync(join(entry.parentPath, entry.name)))
    .map((entry) => relative(snapshot, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
