/** What a file of data holds, told by its name and its content: the one place where that is decided. */
import { parseJson } from '@linchpin/python-strings';
import { emptyFile, objectInText } from './errors.ts';
import { isJsonObject } from './json-object.ts';
import { readLines } from './read-lines.ts';
import { type DataRow, readRows } from './read-rows.ts';
import { parseTextFileName } from './text-file-name.ts';

export type TextFile =
  | { readonly form: 'json-lines' | 'parquet'; readonly rows: AsyncGenerator<DataRow> }
  | { readonly form: 'wikitext' | 'text'; readonly text: string };

/** Opens a file as what it is. Rows are read as they are asked for; a text that is no text but rows is an error. */
export async function openTextFile(file: string): Promise<TextFile> {
  const { form } = parseTextFileName(file);
  return form === 'json-lines' || form === 'parquet'
    ? { form, rows: readRows(file) }
    : { form, text: await readText(file) };
}

/** The whole text of a file, each line ended by `\n`. Throws where its first line is a JSON object. */
export async function readText(file: string): Promise<string> {
  const texts: string[] = [];
  for await (const { line, text } of readLines(file)) {
    if (line === 1 && isObject(text)) throw objectInText(file, text);
    texts.push(text);
  }
  const whole = texts.join('');
  if (whole.trim() === '') throw emptyFile(file);
  return whole;
}

function isObject(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    return isJsonObject(parseJson(line));
  } catch {
    return false;
  }
}
