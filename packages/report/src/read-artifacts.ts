/** Files of results from the folders that commands have written to. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOtherJson, parseArtifact } from './artifact-file.ts';
import type { Artifact } from './artifact.ts';
import { noResults, runMissing } from './errors.ts';

/**
 * Results of folders, whose JSON files are read, and of single files; in the order of the paper within each run. Objects that do
 * not call themselves results, such as the settings of an adapter beside its training, are passed over in folders.
 */
export async function readArtifacts(runs: readonly string[]): Promise<Artifact[]> {
  const artifacts: Artifact[] = [];
  for (const run of runs) {
    const texts = await Promise.all(
      (await filesOf(run)).map(async (file) => [file, await readFile(file, 'utf8')] as const),
    );
    const results = texts.filter(([file, text]) => file === run || !isOtherJson(text));
    if (results.length === 0) throw noResults(run);
    for (const [file, text] of results) artifacts.push(parseArtifact(text, file));
  }
  return artifacts;
}

async function filesOf(run: string): Promise<string[]> {
  const status = await stat(run).catch(() => undefined);
  if (status === undefined) throw runMissing(run);
  if (!status.isDirectory()) return [run];
  const names = (await readdir(run)).filter((name) => name.endsWith('.json'));
  // `figure-3` before `figure-10`.
  return names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).map((name) => join(run, name));
}
