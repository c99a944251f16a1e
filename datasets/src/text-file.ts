/** What a file of text holds, told by its name and its content: the one place where that is decided. */
import { basename } from 'node:path';
import { parseJson } from '@linchpin/python-strings';
import { emptyFile, objectInText } from './errors.ts';
import { isJsonObject } from './json-object.ts';
import { readLines } from './read-lines.ts';
import { type DataRow, readRows } from './read-rows.ts';

/** `json-lines` is a JSON object a line, `wikitext` the raw text of WikiText, whose lines are rows of the hub's data set. */
export type TextForm = 'json-lines' | 'wikitext' | 'text';

const extensions: Readonly<Record<string, TextForm>> = {
  '.jsonl': 'json-lines',
  '.ndjson': 'json-lines',
  '.json': 'json-lines', // as the hub calls the shards of C4
  '.raw': 'wikitext',
  '.txt': 'text',
};

export interface TextFileName {
  /** The name without what says how it is packed and written. */
  readonly stem: string;
  readonly form: TextForm;
}

/** What a name promises, in any case of letters and with or without `.gz`. Every other name is one of a plain text. */
export function parseTextFileName(file: string): TextFileName {
  const name = basename(file).replace(/\.gz(?:ip)?$/iu, '');
  const extension = /\.[^.]*$/u.exec(name)?.[0] ?? '';
  const form = Object.hasOwn(extensions, extension.toLowerCase()) ? extensions[extension.toLowerCase()] : undefined;
  return form === undefined ? { stem: name, form: 'text' } : { stem: name.slice(0, -extension.length), form };
}

export type TextFile =
  | { readonly form: 'json-lines'; readonly rows: AsyncGenerator<DataRow> }
  | { readonly form: 'wikitext' | 'text'; readonly text: string };

/** Opens a file as what it is. Rows are read as they are asked for; a text that is no text but rows is an error. */
export async function openTextFile(file: string): Promise<TextFile> {
  const { form } = parseTextFileName(file);
  return form === 'json-lines' ? { form, rows: readRows(file) } : { form, text: await readText(file) };
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
