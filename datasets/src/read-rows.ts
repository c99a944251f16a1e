import { parseJson } from '@linchpin/python-strings';
import { badJson, emptyFile, notAnObject } from './errors.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { readLines } from './read-lines.ts';
import { parseTextFileName } from './text-file-name.ts';

/** One row of a JSON Lines or Parquet file. */
export interface DataRow {
  /** Line of the file, or row of the table, from 1. */
  readonly line: number;
  readonly value: JsonObject;
}

/**
 * Reads a file row by row: Parquet where its name ends in `.parquet`, else JSON Lines, of which blank lines are passed over and
 * everything else that is no object is an error.
 */
export async function* readRows(file: string): AsyncGenerator<DataRow> {
  let isEmpty = true;
  for await (const row of parseTextFileName(file).form === 'parquet' ? tableRows(file) : lineRows(file)) {
    isEmpty = false;
    yield row;
  }
  if (isEmpty) throw emptyFile(file);
}

/** The lines of a text as rows `{ text }`, each with its end, and the rows of every other file. */
export async function* readTextRows(file: string): AsyncGenerator<DataRow> {
  const { form } = parseTextFileName(file);
  if (form !== 'text' && form !== 'wikitext') return yield* readRows(file);
  let isEmpty = true;
  for await (const { line, text } of readLines(file)) {
    isEmpty = false;
    yield { line, value: { text } };
  }
  if (isEmpty) throw emptyFile(file);
}

async function* lineRows(file: string): AsyncGenerator<DataRow> {
  for await (const { line, text } of readLines(file))
    if (text.trim() !== '') yield { line, value: parseObject(text, { file, line }) };
}

async function* tableRows(file: string): AsyncGenerator<DataRow> {
  let line = 0;
  // Imported here: its codecs are of no use to whoever reads lines.
  const { readParquet } = await import('./parquet/read-parquet.ts');
  for await (const value of readParquet(file)) yield { line: ++line, value };
}

function parseObject(text: string, place: { readonly file: string; readonly line: number }): JsonObject {
  const value = parseValue(text, place);
  if (!isJsonObject(value)) throw notAnObject(place, text);
  return value;
}

/** NaN or an infinity is read as Python reads it: it harms only in a field that is used, and there the task refuses it. */
function parseValue(text: string, place: { readonly file: string; readonly line: number }): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw badJson(place, text, cause);
  }
}
