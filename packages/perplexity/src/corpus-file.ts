/** Texts and documents out of files; how lines are read and what is wrong with them is said by the data sets' reader. */
import { readRows, readText } from '@linchpin/datasets';
import { noText } from './errors.ts';

/**
 * The text of a corpus file of the user's: the documents of a `.jsonl` (or `.json`, as C4's shards are called) joined by
 * two newlines, any other file as it is.
 */
export async function readCorpusFile(path: string): Promise<string> {
  return /\.jsonl?$/u.test(path) ? (await readDocuments(path)).join('\n\n') : await readText(path);
}

/** The `text` fields of a JSON Lines file, in file order; blank lines are passed over. */
export async function readDocuments(path: string): Promise<string[]> {
  const documents: string[] = [];
  for await (const { line, value } of readRows(path)) {
    if (typeof value['text'] !== 'string') throw noText(path, line, value['text']);
    documents.push(value['text']);
  }
  return documents;
}
