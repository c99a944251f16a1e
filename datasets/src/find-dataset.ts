import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestNames } from '@linchpin/errors';
import { datasetNotFound, unknownDataset } from './errors.ts';
import { type DatasetEntry, type FileForm, manifest } from './manifest.ts';

/** Where a data set was found. */
export interface FoundDataset {
  /** Absolute path. */
  readonly file: string;
  readonly form: FileForm;
  readonly entry: DatasetEntry;
}

/** Absolute path of the embedded mini sets. */
export const miniFolder: string = resolve(dirname(fileURLToPath(import.meta.url)), '../mini');

/** Absolute path of text that the embedded mini model wrote: what is measured on before it is quantized, and no data set. */
export const selfGeneratedFile: string = resolve(miniFolder, 'self-generated.jsonl');

/** The first file of a data set that lies in a folder; throws an error that lists the paths looked at. */
export function findDataset(folder: string, name: string): FoundDataset {
  const entry = datasetEntry(name);
  for (const { path, form } of entry.files) {
    const file = resolve(folder, path);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return { file, form, entry };
  }
  throw datasetNotFound(
    folder,
    name,
    entry.files.map(({ path }) => path),
  );
}

function datasetEntry(name: string): DatasetEntry {
  const entry = Object.hasOwn(manifest, name) ? manifest[name] : undefined;
  if (entry === undefined) throw unknownDataset(name, nearestNames(name, Object.keys(manifest)));
  return entry;
}
