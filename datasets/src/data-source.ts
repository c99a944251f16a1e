/** Where data sets come from: a folder of the user's, or the hub. */
import { findDataset, type FoundDataset } from './find-dataset.ts';
import { fetchDataset, type HubDatasetOptions } from './hub/hub-dataset.ts';

export interface DataSource {
  /** Finds a data set of the manifest; throws where it cannot be had. */
  find(name: string): Promise<FoundDataset>;
}

export function folderSource(folder: string): DataSource {
  return { find: async (name) => findDataset(folder, name) };
}

/** Each data set is found once, so that two uses of it in one run are of one revision. */
export function hubSource(options: HubDatasetOptions = {}): DataSource {
  const found = new Map<string, Promise<FoundDataset>>();
  return {
    find(name) {
      const known = found.get(name) ?? fetchDataset(name, options);
      found.set(name, known);
      return known;
    },
  };
}
