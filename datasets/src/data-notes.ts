/** What should be known of numbers that are made with the rows of a file. */
import type { FoundDataset } from './find-dataset.ts';
import type { FileIdentity } from './identify-file.ts';
import { knownData } from './known-data.ts';
import type { DatasetEntry } from './dataset-entry.ts';
import { manifest } from './manifest.ts';

/** `name` is what rows call the file; a sentence each, empty for the published rows in a file that lies alone. */
export function dataNotes(
  found: FoundDataset,
  name: string,
  identity: Pick<FileIdentity, 'rows' | 'known'> | undefined,
): string[] {
  const { entry, others = [] } = found;
  return [
    ...(identity === undefined ? [] : rowsNote(found, name, identity)),
    ...(others.length === 0
      ? []
      : [`${entry.title}: ${name} is read, and not ${others.join(', ')}, which could hold the data set, too.`]),
  ];
}

/** Other rows than the split is known to have: of a repository that was changed, or of somebody's own file. */
function rowsNote(
  { entry, origin, form }: FoundDataset,
  name: string,
  { rows, known }: Pick<FileIdentity, 'rows' | 'known'>,
): string[] {
  if (entry.rows === null) return [];
  const published = `where the published split has ${entry.rows}`;
  if (origin !== undefined)
    return entry.rows === rows
      ? []
      : [`${entry.title}: ${rows} rows at this revision of ${origin.repository}, ${published}.`];
  // That a sample or a processed file is none of the published ones is said of its form.
  if (known !== null || form !== 'hub') return [];
  if (entry.rows !== rows)
    return [`${entry.title}: ${name} is not one of the published files: ${rows} rows, ${published}.`];
  return isPublishedKnown(entry)
    ? [`${entry.title}: ${name} is not one of the published files, although it has as many rows, ${rows}.`]
    : [];
}

/** Whether the digest of the whole split is known; of a set that is also there processed, it may be of that alone. */
function isPublishedKnown(entry: DatasetEntry): boolean {
  if (entry.files.some(({ form }) => form === 'processed')) return false;
  return [...knownData.values()].some(({ dataset, rows }) => manifest[dataset] === entry && rows === entry.rows);
}
