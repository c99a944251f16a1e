/** Whether the data sets of a folder are the known ones. */
import { basename } from 'node:path';
import { type FileIdentity, identifyFile, knownData, manifest, miniFolder } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import { locateDataset } from './list-data-files.ts';

export interface CheckedData {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly recognised: string;
  /** Set where the file should be a known one and is not. */
  readonly problem?: string;
}

/** Every data set that is in the folder. */
export async function checkData(folder: string): Promise<CheckedData[]> {
  const checked: CheckedData[] = [];
  for (const name of Object.keys(manifest)) {
    const file = locateDataset(folder, name);
    if (file === undefined) continue;
    const { sha256, known, description, reason } = await identified(file);
    const problem = reason ?? problemOf({ name, folder, found: known?.dataset });
    checked.push({
      name,
      file,
      sha256,
      recognised: description,
      ...(problem === undefined ? {} : { problem: `${basename(file)} (${name}): ${problem}` }),
    });
  }
  return checked;
}

/** A file that cannot be read to its end has no digest; `reason` says why. */
async function identified(
  file: string,
): Promise<Pick<FileIdentity, 'sha256' | 'known' | 'description'> & { readonly reason?: string }> {
  try {
    return await identifyFile(file);
  } catch (error) {
    if (!isLinchpinError(error)) throw error;
    return { sha256: '', known: null, description: 'not readable', reason: error.message };
  }
}

/** An unknown file is a problem where the whole published file is known, and among the embedded sets. */
function problemOf({
  name,
  folder,
  found,
}: {
  name: string;
  folder: string;
  found: string | undefined;
}): string | undefined {
  if (found === name) return undefined;
  if (found !== undefined) return `the content is that of ${found}`;
  return folder === miniFolder || isWholeFileKnown(name) ? 'the rows are not those that are known' : undefined;
}

function isWholeFileKnown(name: string): boolean {
  return [...knownData.values()].some(
    ({ dataset, title }) => dataset === name && !/^mini\b|\bsample\b|\bprocessed\b/.test(title),
  );
}
