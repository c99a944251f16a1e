import { isLinchpinError } from '@linchpin/errors';
import { parseJson } from '@linchpin/python-strings';
import type { CheckpointTexts } from './checkpoint-texts.ts';
import { notJson, notJsonObject } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

type Unreadable = (file: string, cause: unknown) => Error;

/** Reads a text that holds a JSON object; `ifUnreadable` makes the error for one that is not there or cannot be read. */
export async function readJsonObject(
  texts: CheckpointTexts,
  name: string,
  ifUnreadable: Unreadable,
): Promise<JsonObject> {
  const object = await findJsonObject(texts, name, ifUnreadable);
  if (object === undefined) throw ifUnreadable(texts.locate(name), 'ENOENT: no such file');
  return object;
}

/** Undefined where there is no text of the name. */
export async function findJsonObject(
  texts: CheckpointTexts,
  name: string,
  ifUnreadable: Unreadable,
): Promise<JsonObject | undefined> {
  const file = texts.locate(name);
  const text = await texts.readText(name).catch((error: unknown) => {
    // A text that is made of something else may have a better reason.
    throw isLinchpinError(error) ? error : ifUnreadable(file, error);
  });
  if (text === undefined) return undefined;
  const value = parse(text, file);
  if (!isJsonObject(value)) throw notJsonObject(file, value);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As Python reads it, and numbers also as transformers 5 writes those that standard JSON does not have. */
function parse(text: string, file: string): unknown {
  try {
    const value = parseJson(text);
    return text.includes('"__float__"') ? withFloats(value) : value;
  } catch (error) {
    throw notJson(file, error);
  }
}

const floats: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** `{"__float__": "Infinity"}` becomes the number. */
function withFloats(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withFloats);
  if (!isJsonObject(value)) return value;
  const { __float__: tag } = value;
  if (typeof tag === 'string' && Object.hasOwn(floats, tag) && Object.keys(value).length === 1) return floats[tag];
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withFloats(each)]));
}
