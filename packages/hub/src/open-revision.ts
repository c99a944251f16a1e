/**
 * A revision of a repository, whose files are downloaded into the cache as they are asked for. Addresses and listings are
 * @huggingface/hub's; the contents are asked for and written here, because the library neither checks what it gets nor goes
 * on where a download broke off, and holds some files in memory. A file is renamed to its place only after its length and
 * its SHA-256 (of large files) or git object hash (of the others), by which the hub names it, have been found to be right.
 */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import { makeFolders } from '@linchpin/files';
import { commitHash, repositoryFolder } from './cache.ts';
import { cacheFolder, type Environment, hubAccess } from './environment.ts';
import { hubAnswerMalformed, hubAnswerPage, hubRefused, hubUnreachable, type Wanted } from './errors.ts';
import { type DownloadProgress, fetchFile } from './fetch-file.ts';
import { type HubFile, loadHubLibrary } from './library.ts';
import { patientFetch } from './patient-fetch.ts';

export interface RevisionRequest extends Wanted {
  /** The variables that huggingface_hub heeds. */
  readonly environment: Environment;
  /** The one folder whose files are listed; the top of the repository when absent. */
  readonly path?: string | undefined;
  /** Whether files in folders of that are listed, too. */
  readonly recursive?: boolean;
  /** Ends requests and waiting; the error is the one of a hub that cannot be reached. */
  readonly signal?: AbortSignal | undefined;
  /** Called as a file grows; what it throws ends the download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface HubRevision {
  readonly commit: string;
  /** Folder of the files in the cache. */
  readonly snapshot: string;
  /** Paths of the files that were listed. */
  readonly paths: readonly string[];
  /** Downloads a file that is not there already, and gives where it is; undefined where the revision has none of that path. */
  fetch(path: string): Promise<string | undefined>;
  /** Notes in the cache which commit the revision is: called once all that is needed of it is there. */
  finish(): Promise<void>;
}

/** Asks the hub what a revision has. */
export async function openRevision(request: RevisionRequest): Promise<HubRevision> {
  const { repository, revision, onlyHub = false, environment, signal, onProgress } = request;
  const access = await hubAccess(environment);
  const folder = repositoryFolder(cacheFolder(environment), repository);
  const { commit, files } = await reaching(request, () => listRevision(request, access));
  const snapshot = join(folder, 'snapshots', commit);
  return {
    commit,
    snapshot,
    paths: [...files.keys()],
    async fetch(path) {
      const file = files.get(path);
      if (file === undefined) return undefined;
      const place = { repository, revision, onlyHub, commit, folder, access, signal, onProgress };
      return await reaching(request, () => fetchFile(place, file));
    },
    async finish() {
      makeFolders(snapshot);
      if (revision === commit) return;
      const reference = join(folder, 'refs', revision);
      makeFolders(dirname(reference));
      await writeFile(reference, commit);
    },
  };
}

async function listRevision(
  { repository, revision, path, recursive = false, signal }: RevisionRequest,
  access: Awaited<ReturnType<typeof hubAccess>>,
): Promise<{ readonly commit: string; readonly files: ReadonlyMap<string, HubFile> }> {
  const hub = await loadHubLibrary();
  const asking = { ...access, fetch: listingFetch(signal) };
  const asked = { ...asking, name: repository.name, revision, additionalFields: ['sha'] as const };
  const info = repository.type === 'model' ? hub.modelInfo(asked) : hub.datasetInfo(asked);
  const { sha: commit } = await info;
  if (!commitHash.test(commit))
    throw hubAnswerMalformed(repository.name, `the commit ${JSON.stringify(commit)}`, 'a hash in hexadecimal digits');
  const files = new Map<string, HubFile>();
  const where = { repo: repository, revision: commit, recursive, ...(path === undefined ? {} : { path }) };
  for await (const entry of hub.listFiles({ ...asking, ...where })) {
    if (entry.type !== 'file') continue;
    if (!staysInside(entry.path))
      throw hubAnswerMalformed(repository.name, `a file ${JSON.stringify(entry.path)}`, 'paths inside the repository');
    files.set(entry.path, entry);
    if (files.size > mostFiles)
      throw hubAnswerMalformed(repository.name, `more than ${mostFiles} files in a list`, 'a repository with an end');
  }
  return { commit, files };
}

/** A page for people instead of a list is of somebody between here and the hub, or of another server. */
function listingFetch(signal: AbortSignal | undefined): typeof fetch {
  const ask = patientFetch(signal);
  return async (input, init) => {
    const response = await ask(input, init);
    if (!response.ok || !/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) return response;
    await response.body?.cancel();
    throw hubAnswerPage(new URL(response.url).host);
  };
}

/** A folder of a repository has 10 000 at most. */
const mostFiles = 100_000;

/** Whether a path out of a repository is one inside a folder, on every system. */
function staysInside(path: unknown): boolean {
  if (typeof path !== 'string' || /[\\:\0]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Says what it means when the hub is not reached, or answers with a refusal. */
async function reaching<T>(wanted: Wanted, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isLinchpinError(error)) throw error;
    const { HubApiError } = await loadHubLibrary();
    throw error instanceof HubApiError
      ? hubRefused(wanted, { status: error.statusCode, message: error.message }, error)
      : hubUnreachable(wanted, error);
  }
}
