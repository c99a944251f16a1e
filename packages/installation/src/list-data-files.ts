import { stat } from 'node:fs/promises';
import { findDataset, identifyFile, manifest } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import { dataFolder } from '@linchpin/harness';
import { notAFolder } from './errors.ts';

/** A data set that can be asked for. */
export type ListedData = Readonly<Record<'name' | 'hub' | 'split', string>> & {
  /** Null where the number is not known. */
  readonly rows: number | null;
  /** Null where the folder has none. */
  readonly file: string | null;
  readonly recognised: string | null;
};

/** The file of a data set in a folder; undefined where it is not there. */
export function locateDataset(folder: string, name: string): string | undefined {
  try {
    return findDataset(folder, name).file;
  } catch (error) {
    if (isLinchpinError(error)) return undefined;
    throw error;
  }
}

async function recognise(file: string): Promise<string> {
  try {
    return (await identifyFile(file)).description;
  } catch (error) {
    if (!isLinchpinError(error)) throw error;
    return `not readable: ${error.message}`;
  }
}

/** The data sets that can be asked for, each with the file of the folder that would be read. */
export async function listDataFiles(datasets?: string): Promise<readonly ListedData[]> {
  const folder = dataFolder(datasets);
  if (
    !(await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  )
    throw notAFolder(folder);
  const listing: ListedData[] = [];
  for (const [name, { hubId, config, split, rows }] of Object.entries(manifest)) {
    const file = locateDataset(folder, name);
    const recognised = file === undefined ? null : await recognise(file);
    listing.push({ name, hub: [hubId, config].filter(Boolean).join(' '), split, rows, file: file ?? null, recognised });
  }
  return listing;
}
