import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestNames } from '@linchpin/errors';
import { isPattern, matchesPattern } from '@linchpin/python-strings';
import { datasetNotFound, unknownDataset } from './errors.ts';
import type { CandidateFile, DatasetEntry, FileForm } from './dataset-entry.ts';
import { manifest } from './manifest.ts';
import { parseTextFileName } from './text-file-name.ts';

/** Where a data set was found. */
export interface FoundDataset {
  /** Absolute path. */
  readonly file: string;
  readonly form: FileForm;
  readonly entry: DatasetEntry;
  /** Paths in the folder of other files that could hold it, too, and are not read; absent where there are none. */
  readonly others?: readonly string[];
  /** Where on the hub it is from; absent for a file of a folder. */
  readonly origin?: DatasetOrigin;
}

export interface DatasetOrigin {
  readonly repository: string;
  /** Commit of the repository. */
  readonly revision: string;
  /** Of the file in the repository. */
  readonly path: string;
}

/** Absolute path of the embedded mini sets. */
export const miniFolder: string = resolve(dirname(fileURLToPath(import.meta.url)), '../mini');

/** Absolute path of text that the embedded mini model wrote: what is measured on before it is quantized, and no data set. */
export const selfGeneratedFile: string = resolve(miniFolder, 'self-generated.jsonl');

/**
 * The first file of a data set that lies in a folder, else the first whose name says the same in another way
 * (`validation.JSONL.gz` for `validation.jsonl`), else the same as Parquet, under its own name or the hub's. Throws an error
 * that lists the paths looked at, and what looks like it.
 */
export function findDataset(folder: string, name: string): FoundDataset {
  const entry = datasetEntry(name);
  const candidates = [...entry.files, ...hubFolder(entry)];
  const [first, ...more] = filesOf(folder, entry, candidates);
  if (first !== undefined) {
    const others = [...new Set(more.map(({ path }) => path))].filter((path) => path !== first.path);
    const file = resolve(folder, first.path);
    return { file, form: first.form, entry, ...(others.length === 0 ? {} : { others }) };
  }
  throw datasetNotFound(folder, name, {
    looked: entry.files.map(({ path }) => path),
    alike: [...new Set(candidates.flatMap((candidate) => alike(folder, candidate)))],
  });
}

/** All files that could be read, the most preferred first; one may come several times. */
function filesOf(folder: string, entry: DatasetEntry, candidates: readonly CandidateFile[]): CandidateFile[] {
  const exact = entry.files.map(({ path, form }) => ({ path: join(path), form }));
  const texts = entry.files.flatMap(({ path, form }) =>
    namesIn(resolve(folder, dirname(path)))
      .filter((other) => isSameText(other, path))
      .map((other) => ({ path: join(dirname(path), other), form })),
  );
  const tables = candidates.flatMap((candidate) =>
    alike(folder, candidate)
      .filter((path) => isWholeTable(path, candidate))
      .map((path) => ({ path, form: candidate.form })),
  );
  return [...exact, ...texts, ...tables].filter(({ path }) => isFile(resolve(folder, path)));
}

/** The folder of a repository of the hub, put where it is named after its configuration. */
function hubFolder({ config, split }: DatasetEntry): readonly CandidateFile[] {
  return config === null ? [] : [{ path: `${config}/${split}.parquet`, form: 'hub' }];
}

/** `validation.parquet`, or what the hub calls the one part of a split. */
function isWholeTable(path: string, candidate: CandidateFile): boolean {
  const [found, wanted] = [parseTextFileName(path), parseTextFileName(candidate.path)];
  const rest = found.stem.slice(wanted.stem.length);
  return found.form === 'parquet' && (rest === '' || rest === '-00000-of-00001');
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** In one order on every machine; none where there is no such folder. */
function namesIn(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder).toSorted();
}

function isSameText(name: string, path: string): boolean {
  const [found, wanted] = [parseTextFileName(name), parseTextFileName(path)];
  return found.form === wanted.form && found.stem.toLowerCase() === wanted.stem.toLowerCase();
}

/** Files of a candidate's name in other forms, such as the hub's `validation-00000-of-00001.parquet`, in its folder and the folders of that. */
function alike(folder: string, { path: candidate }: CandidateFile): string[] {
  const { stem } = parseTextFileName(candidate);
  const own = dirname(candidate);
  // At the top there may be the files of anybody.
  const folders = own === '.' ? [own] : [own, ...namesIn(join(folder, own)).map((name) => join(own, name))];
  return folders.flatMap((each) =>
    namesIn(join(folder, each))
      .filter((name) => name.startsWith(stem) && /^[-.]/u.test(name.slice(stem.length)))
      .map((name) => join(each, name))
      .filter((path) => isFile(join(folder, path))),
  );
}

/** Names of data sets by names and patterns of them (`mmlu_*`), each once. A name or pattern of none is an error. */
export function datasetNames(asked: readonly string[]): string[] {
  const known = Object.keys(manifest);
  const found = asked.flatMap((name) => {
    const matching = known.filter((each) => (isPattern(name) ? matchesPattern(each, name) : each === name));
    if (matching.length === 0) throw unknownDataset(name, nearestNames(name, known));
    return matching;
  });
  return [...new Set(found)];
}

/** What the manifest says of a data set. */
export function datasetEntry(name: string): DatasetEntry {
  const entry = Object.hasOwn(manifest, name) ? manifest[name] : undefined;
  if (entry === undefined) throw unknownDataset(name, nearestNames(name, Object.keys(manifest)));
  return entry;
}
