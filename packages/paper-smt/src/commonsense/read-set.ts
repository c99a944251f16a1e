/** Items of a set from LLM-Adapters' file: a JSON list, or a row a line. */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { identifyFile, readRows } from '@linchpin/datasets';
import { parseJson } from '@linchpin/python-strings';
import { badRow } from '../errors.ts';
import type { CommonsenseSet } from './sets.ts';

export interface CommonsenseItem {
  /** Place in the file, from 0. */
  readonly docId: number;
  readonly instruction: string;
  readonly answer: string;
}

export interface SetData {
  readonly set: CommonsenseSet;
  /** Name of the file. */
  readonly file: string;
  readonly sha256: string;
  readonly items: readonly CommonsenseItem[];
}

/** Where a set may lie, from the folder of the data sets: in a folder of this form alone, or beside sets of other forms. */
export function filesOf({ name }: Pick<CommonsenseSet, 'name'>): readonly string[] {
  return ['llm-adapters', '.'].flatMap((folder) => ['test.jsonl', 'test.json'].map((file) => join(folder, name, file)));
}

/** The first items of a set; undefined where the folder does not have it. Throws for the first row that cannot be used. */
export async function readSet(
  folder: string,
  set: CommonsenseSet,
  limit: number = Infinity,
): Promise<SetData | undefined> {
  const file = filesOf(set)
    .map((path) => join(folder, path))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  if (file === undefined) return undefined;
  const items: CommonsenseItem[] = [];
  for await (const { place, row } of rowsOf(file)) {
    if (items.length >= limit) break;
    items.push({ docId: items.length, ...itemOf(row, place) });
  }
  return { set, file: basename(file), sha256: (await identifyFile(file)).sha256, items };
}

async function* rowsOf(file: string): AsyncGenerator<{ readonly place: string; readonly row: unknown }> {
  if (file.endsWith('.jsonl')) {
    for await (const { line, value } of readRows(file)) yield { place: `${file}:${line}`, row: value };
    return;
  }
  const rows = parsed(await readFile(file, 'utf8'), file);
  if (!Array.isArray(rows)) throw badRow(file, 'no list');
  for (const [index, row] of rows.entries()) yield { place: `${file}, entry ${index}`, row };
}

function parsed(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw badRow(file, (error as Error).message);
  }
}

function itemOf(row: unknown, place: string): Omit<CommonsenseItem, 'docId'> {
  const { instruction, answer } = (row ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof instruction !== 'string' || typeof answer !== 'string')
    throw badRow(place, `the fields ${Object.keys(row ?? {}).join(', ')}`);
  return { instruction, answer };
}
