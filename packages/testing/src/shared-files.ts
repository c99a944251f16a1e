import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

/** The folder that holds `pnpm-workspace.yaml`. */
export const repositoryRoot: string = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * Reference results, models and data sets that are too large, or not ours, to be part of the repository: the folder
 * named by LINCHPIN_SHARED, else `shared` beside the repository.
 */
export const sharedRoot: string = process.env['LINCHPIN_SHARED'] ?? resolve(repositoryRoot, '../shared');

/** Path of a file or folder under the shared folder; the test that asks is inside `describeShared`. */
export function sharedPath(path: string): string {
  return join(sharedRoot, path);
}

/** `describe` for tests that read the shared folder; where a path is missing it is skipped, and the title says so. */
export function describeShared(title: string, paths: readonly string[], body: () => void): void {
  const missing = paths.filter((path) => !existsSync(sharedPath(path)));
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  describe(title, () => {
    it.skip(`skipped: needs ${missing.join(', ')} in the shared folder (LINCHPIN_SHARED)`, () => {});
  });
}

/** The content of a JSON file under the shared folder; what it holds is for the test to say. */
export function readSharedJson(path: string): unknown {
  return JSON.parse(readFileSync(sharedPath(path), 'utf8'));
}
