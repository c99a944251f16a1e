/** From what a user writes for a model to a folder: a path, or `org/name[@revision]` on the Hugging Face hub. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { env } from 'node:process';
import {
  cacheFolder,
  type DownloadProgress,
  type Environment,
  findSnapshot,
  hubOffline,
  identifySnapshot,
  isOffline,
  repositoryFolder,
} from '@linchpin/hub';
import { modelNotFound } from './errors.ts';
import { downloadModel, isComplete } from './hub/model-files.ts';

export interface ResolvedModel {
  readonly directory: string;
  /** `org/name`, when the model comes from the hub or its cache. */
  readonly hubId?: string;
  /** Commit of the hub's repository. */
  readonly revision?: string;
}

export interface ResolveOptions {
  /** Called as a file grows while it is downloaded. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** The variables that huggingface_hub heeds; those of the process when absent. */
  readonly environment?: Environment;
}

// Owner and name begin with a letter, digit or underscore, so that `./x` and `../x` stay paths.
const hubName = /^(?<id>\w[\w.-]*\/\w[\w.-]*)(?:@(?<revision>\w[\w./-]*))?$/;

/**
 * Finds the folder of a model. An existing path is taken as it is; else the hub's cache is looked at, and what is not
 * there is downloaded into it.
 */
export async function resolveModel(specification: string, options: ResolveOptions = {}): Promise<ResolvedModel> {
  const directory = resolve(specification);
  if (existsSync(directory)) return { directory, ...identifySnapshot(directory) };
  const { id: hubId, revision = 'main' } = hubName.exec(specification)?.groups ?? {};
  if (hubId === undefined || hubId.includes('--') || /\.\.|\.gguf$/i.test(specification))
    throw modelNotFound(specification);
  const snapshot = await resolveSnapshot({ hubId, revision }, options);
  return { directory: snapshot, hubId, revision: basename(snapshot) };
}

async function resolveSnapshot(
  { hubId, revision }: { readonly hubId: string; readonly revision: string },
  { onProgress, environment = env }: ResolveOptions,
): Promise<string> {
  const wanted = { repository: { type: 'model', name: hubId }, revision } as const;
  const folder = repositoryFolder(cacheFolder(environment), wanted.repository);
  const cached = await findSnapshot(folder, revision);
  if (cached !== undefined && (await isComplete(cached))) return cached;
  if (isOffline(environment)) {
    // What is missing is said by whoever opens the checkpoint.
    if (cached !== undefined) return cached;
    throw hubOffline(wanted, folder);
  }
  return await downloadModel({ ...wanted, environment, onProgress });
}
