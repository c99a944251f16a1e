/** Texts and documents out of files; what a file is, and what is wrong with it, is said by the data sets' reader. */
import { type DataRow, openTextFile, readRows } from '@linchpin/datasets';
import { noText } from './errors.ts';

/** What a file of the user's holds: documents, as JSON Lines have them, or one text. */
export type CorpusFile =
  | { readonly form: 'documents'; readonly documents: readonly string[] }
  | { readonly form: 'wikitext' | 'text'; readonly text: string };

/** Reads a file as what its name and its content say that it is (see `openTextFile`). */
export async function openCorpusFile(path: string): Promise<CorpusFile> {
  const file = await openTextFile(path);
  if (file.form !== 'json-lines') return file;
  return { form: 'documents', documents: await documentsOf(path, file.rows) };
}

/** The text of a corpus file of the user's: documents joined by two newlines, any other text as it is. */
export async function readCorpusFile(path: string): Promise<string> {
  const file = await openCorpusFile(path);
  return file.form === 'documents' ? file.documents.join('\n\n') : file.text;
}

/** The `text` fields of a JSON Lines file, in file order; blank lines are passed over. */
export async function readDocuments(path: string): Promise<string[]> {
  return await documentsOf(path, readRows(path));
}

async function documentsOf(path: string, rows: AsyncGenerator<DataRow>): Promise<string[]> {
  const documents: string[] = [];
  for await (const { line, value } of rows) {
    if (typeof value['text'] !== 'string') throw noText(path, line, value['text']);
    documents.push(value['text']);
  }
  return documents;
}
