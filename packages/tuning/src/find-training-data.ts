/** Data to train on by the names that a folder of data sets gives them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findDataset, manifest, parseTextFileName } from '@linchpin/datasets';
import { nearestNames } from '@linchpin/errors';
import { scoredSplit, unknownData } from './errors.ts';

/** Endings in the order in which they are taken where a folder has several. */
const preferred = ['.jsonl', '.jsonl.gz', '.json', '.json.gz'];

/**
 * A path where a file is; else the data set `NAME` of the folder: `NAME/train.jsonl` and its like (`llm-adapters/boolq`), or the
 * train split of a known set (`wikitext2_train`). Splits that tasks are scored on have no name here: who wants to train on one
 * gives its path.
 */
export function findTrainingFile(folder: string, name: string): string {
  if (isFile(name)) return name;
  const entry = Object.hasOwn(manifest, name) ? manifest[name] : undefined;
  if (entry?.split === 'train') return findDataset(folder, name).file;
  const own = join(folder, name);
  const found = trainFileIn(own);
  if (found !== undefined) return join(own, found);
  if (entry !== undefined) throw scoredSplit(name, entry.split);
  throw unknownData(name, folder, nearestNames(name, trainedSetsOf(folder)));
}

function trainFileIn(folder: string): string | undefined {
  const files = namesIn(folder).filter(
    (file) => parseTextFileName(file).stem.toLowerCase() === 'train' && isFile(join(folder, file)),
  );
  return files.toSorted((a, b) => rank(a) - rank(b))[0];
}

function rank(file: string): number {
  const place = preferred.findIndex((end) => file.toLowerCase() === `train${end}`);
  return place < 0 ? preferred.length : place;
}

/** Names that stand for something: folders of the folder, and of those, that have a file to train on. */
function trainedSetsOf(folder: string): string[] {
  const within = namesIn(folder).flatMap((name) => [
    name,
    ...namesIn(join(folder, name)).map((inner) => `${name}/${inner}`),
  ]);
  return within.filter((name) => trainFileIn(join(folder, name)) !== undefined);
}

function namesIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder).toSorted();
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
