import { parseJson } from '@linchpin/python-strings';
import { ContentDigest } from './content-digest.ts';
import { badJson } from './errors.ts';
import type { JsonValue } from './json-object.ts';
import { type KnownData, knownData } from './known-data.ts';
import { readLines } from './read-lines.ts';
import { readRows } from './read-rows.ts';
import { parseTextFileName } from './text-file-name.ts';
import { wikitextRow } from './wikitext-rows.ts';

/** The content of a data file, as far as a result row has to tell it. */
export interface FileIdentity {
  /** Of the rows, however the file writes them. */
  readonly sha256: string;
  readonly rows: number;
  readonly known: KnownData | null;
  /** For people: `known data: ARC-Easy test, 2376 rows`, or `unknown data, 12 rows`. */
  readonly description: string;
}

/** Reads the whole file, as a stream where it is no list. */
export async function identifyFile(file: string): Promise<FileIdentity> {
  const digest = new ContentDigest();
  for await (const row of contentOf(file)) digest.add(row);
  const { rows } = digest;
  const sha256 = digest.finish();
  const known = knownData.get(sha256) ?? null;
  const description = known === null ? `unknown data, ${rows} rows` : `known data: ${known.title}, ${rows} rows`;
  return { sha256, rows, known, description };
}

/** A text is its lines, WikiText the rows of the hub's data set, and one JSON list what is in it. */
async function* contentOf(file: string): AsyncGenerator<JsonValue> {
  const { form } = parseTextFileName(file);
  if (form === 'wikitext' || form === 'text') {
    for await (const { text } of readLines(file)) yield { text: form === 'wikitext' ? wikitextRow(text) : text };
    return;
  }
  if (form === 'json-lines' && (await isList(file))) yield* await readList(file);
  else for await (const { value } of readRows(file)) yield value;
}

async function isList(file: string): Promise<boolean> {
  for await (const { text } of readLines(file)) if (text.trim() !== '') return text.trimStart().startsWith('[');
  return false;
}

async function readList(file: string): Promise<readonly JsonValue[]> {
  const lines = await Array.fromAsync(readLines(file), ({ text }) => text);
  try {
    return parseJson(lines.join('')) as readonly JsonValue[];
  } catch (cause) {
    throw badJson({ file, line: 1 }, lines[0]!, cause);
  }
}
