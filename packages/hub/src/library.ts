/**
 * What is used of @huggingface/hub. Its declarations import folders, which do not resolve under `nodenext`: this is the
 * border where it gets types. Loaded when something is to be downloaded: it takes a twentieth of a second.
 */
import type { HubRepository } from './cache.ts';

/** A file of a repository as the hub lists it. */
export interface HubFile {
  readonly type: 'file' | 'directory' | 'unknown';
  readonly path: string;
  readonly size: number;
  /** Hash of the git object. */
  readonly oid: string;
  /** Present for large files; `oid` is the SHA-256. */
  readonly lfs?: { readonly oid: string };
}

export interface HubAccess {
  readonly hubUrl: string;
  readonly accessToken?: string;
}

type Access = HubAccess & { readonly fetch: typeof fetch };

type InfoRequest = Access & {
  readonly name: string;
  readonly revision: string;
  readonly additionalFields: readonly 'sha'[];
};

interface HubLibrary {
  modelInfo(request: InfoRequest): Promise<{ readonly sha: string }>;
  datasetInfo(request: InfoRequest): Promise<{ readonly sha: string }>;
  listFiles(
    request: Access & {
      readonly repo: HubRepository;
      readonly revision: string;
      readonly recursive: boolean;
      readonly path?: string;
    },
  ): AsyncIterable<HubFile>;
  readonly HubApiError: abstract new (...parts: never) => Error & { readonly statusCode: number };
}

/** Imports the library. */
export async function loadHubLibrary(): Promise<HubLibrary> {
  return (await import('@huggingface/hub')) as unknown as HubLibrary;
}
