import { stat } from 'node:fs/promises';
import { findDataset, identifyFile, manifest, miniFolder } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import { notAFolder } from '../errors.ts';
import type { Listing } from '../listing.ts';

/** The data sets that can be asked for, each with the file of the folder that would be read. */
export async function listDataFiles(folder: string = miniFolder): Promise<Listing> {
  if (
    !(await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  )
    throw notAFolder('--datasets', folder);
  const listing: Listing[number][] = [];
  for (const [name, { hubId, config, split, rows }] of Object.entries(manifest)) {
    const file = locate(folder, name);
    const recognised = file === undefined ? null : (await identifyFile(file)).description;
    listing.push({ name, hub: [hubId, config].filter(Boolean).join(' '), split, rows, file: file ?? null, recognised });
  }
  return listing;
}

function locate(folder: string, name: string): string | undefined {
  try {
    return findDataset(folder, name).file;
  } catch (error) {
    if (isLinchpinError(error)) return undefined;
    throw error;
  }
}
