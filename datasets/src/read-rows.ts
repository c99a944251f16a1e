import { badJson, emptyFile, notAnObject } from './errors.ts';
import type { JsonObject, JsonValue } from './json-object.ts';
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
  const value = parseJson(text, place);
  if (!isObject(value)) throw notAnObject(place, text);
  return value;
}

function parseJson(text: string, place: { readonly file: string; readonly line: number }): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw badJson(place, text, cause);
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
