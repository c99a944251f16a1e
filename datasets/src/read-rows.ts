import { parseJson } from '@linchpin/python-strings';
import { badJson, emptyFile, notAnObject } from './errors.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { readLines } from './read-lines.ts';

/** One row of a JSON Lines file. */
export interface DataRow {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly value: JsonObject;
}

/** Reads a JSON Lines file row by row. Blank lines are passed over; everything else that is no object is an error. */
export async function* readRows(file: string): AsyncGenerator<DataRow> {
  let isEmpty = true;
  for await (const { line, text } of readLines(file)) {
    if (text.trim() === '') continue;
    isEmpty = false;
    yield { line, value: parseObject(text, { file, line }) };
  }
  if (isEmpty) throw emptyFile(file);
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
