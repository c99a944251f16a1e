/**
 * What is used of @huggingface/hub. Its declarations import folders, which do not resolve under `nodenext`: this is the
 * border where it gets types. Loaded when something is to be downloaded: it takes a twentieth of a second.
 */

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

/** An answer with a status that is no success. */
export interface HubRefusal extends Error {
  readonly statusCode: number;
}

interface HubLibrary {
  modelInfo(
    request: HubAccess & {
      readonly name: string;
      readonly revision: string;
      readonly additionalFields: readonly 'sha'[];
    },
  ): Promise<{ readonly sha: string }>;
  listFiles(request: HubAccess & { readonly repo: string; readonly revision: string }): AsyncIterable<HubFile>;
  downloadFile(
    request: HubAccess & {
      readonly repo: string;
      readonly revision: string;
      readonly path: string;
      readonly xet: boolean;
    },
  ): Promise<Blob | null>;
  readonly HubApiError: abstract new (...parts: never) => HubRefusal;
}

/** Imports the library. */
export async function loadHubLibrary(): Promise<HubLibrary> {
  return (await import('@huggingface/hub')) as unknown as HubLibrary;
}
