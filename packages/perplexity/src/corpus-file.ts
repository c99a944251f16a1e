/** Texts and documents out of files; what a file is, and what is wrong with it, is said by the data sets' reader. */
import { type DataRow, openTextFile, readRows } from '@linchpin/datasets';
import { noText } from './errors.ts';
import type { TextReading } from './text-reading.ts';

/** What a file of the user's holds: documents, as JSON Lines and tables have them, or one text. */
export type CorpusFile =
  | { readonly form: 'documents'; readonly documents: readonly string[] }
  | { readonly form: 'wikitext' | 'text'; readonly text: string };

/** Reads a file as what its name and its content say that it is (see `openTextFile`). */
export async function openCorpusFile(path: string): Promise<CorpusFile> {
  const file = await openTextFile(path);
  if (!('rows' in file)) return file;
  return { form: 'documents', documents: await Array.fromAsync(textsOf(path, file.rows)) };
}

/** The text of a corpus file of the user's: documents joined by two newlines, any other text as it is. */
export async function readCorpusFile(path: string): Promise<string> {
  const file = await openCorpusFile(path);
  return file.form === 'documents' ? file.documents.join('\n\n') : file.text;
}

/** The `text` fields of a JSON Lines or Parquet file, in file order; blank lines are passed over. */
export async function readDocuments(path: string): Promise<string[]> {
  return await Array.fromAsync(textsOf(path));
}

/** The same, one after the other. */
export async function* textsOf(path: string, rows: AsyncIterable<DataRow> = readRows(path)): AsyncGenerator<string> {
  for await (const { line, value } of rows) {
    if (typeof value['text'] !== 'string') throw noText(path, line, value['text']);
    yield value['text'];
  }
}

/** WikiText out of any of its files, and what is still to be done with it: the hub's rows are joined here. */
export async function readWikitext(path: string): Promise<{ readonly text: string; readonly reading: TextReading }> {
  const file = await openCorpusFile(path);
  if (file.form === 'documents') return { text: file.documents.join('\n\n'), reading: 'as-is' };
  return { text: file.text, reading: file.form === 'wikitext' ? 'wikitext-rows' : 'as-is' };
}
