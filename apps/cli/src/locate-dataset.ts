import { findDataset } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';

/** The file of a data set in a folder; undefined where it is not there. */
export function locateDataset(folder: string, name: string): string | undefined {
  try {
    return findDataset(folder, name).file;
  } catch (error) {
    if (isLinchpinError(error)) return undefined;
    throw error;
  }
}
