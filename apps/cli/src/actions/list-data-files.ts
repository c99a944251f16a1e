import { stat } from 'node:fs/promises';
import { identifyFile, manifest, miniFolder } from '@linchpin/datasets';
import { notAFolder } from '../errors.ts';
import type { Listing } from '../listing.ts';
import { locateDataset } from '../locate-dataset.ts';

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
    const file = locateDataset(folder, name);
    const recognised = file === undefined ? null : (await identifyFile(file)).description;
    listing.push({ name, hub: [hubId, config].filter(Boolean).join(' '), split, rows, file: file ?? null, recognised });
  }
  return listing;
}
