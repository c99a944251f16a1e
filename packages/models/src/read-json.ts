import { readFile } from 'node:fs/promises';
import { notJson, notJsonObject } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a file that holds a JSON object; `ifUnreadable` makes the error for a file that cannot be read. */
export async function readJsonObject(
  file: string,
  ifUnreadable: (file: string, cause: unknown) => Error,
): Promise<JsonObject> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw ifUnreadable(file, error);
  });
  const value = parse(text, file);
  if (!isJsonObject(value)) throw notJsonObject(file, value);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(file, error);
  }
}
