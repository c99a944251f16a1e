/** Data files as sequences of tokens: documents packed into windows, instructions with the response alone in the loss. */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { identifyFile, openTextFile, readText } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import type { Tokenizer } from '@linchpin/plugin-api';
import { parseJson } from '@linchpin/python-strings';
import type { TrainingExample } from '@linchpin/training';
import { dataUnreadable, nothingToTrainOn, rowUnusable, tooFewToHoldOut } from './errors.ts';
import { type PromptStyle, promptOf } from './prompt-styles.ts';

export interface DataOptions {
  readonly tokenizer: Pick<Tokenizer, 'encodeWithSpecialTokens' | 'eosId'>;
  /** Most tokens of a sequence: windows have so many, instructions are cut there. */
  readonly maxLength: number;
  readonly promptStyle: PromptStyle;
  /** Only so many rows from the beginning of the data. */
  readonly limit?: number | undefined;
  /** Called between rows with the characters that are tokens already, and those of all rows. */
  readonly onTokens?: (done: number, total: number) => void;
  /** Ends it between two rows. */
  readonly signal?: AbortSignal;
}

/** A file of which a training is made, for the record. */
export interface DataFile {
  readonly file: string;
  readonly sha256: string;
}

export interface TrainingData {
  readonly files: readonly DataFile[];
  readonly examples: readonly TrainingExample[];
  readonly heldOut: readonly TrainingExample[];
  readonly rows: number;
  /** Instructions that were longer than a sequence may be, and those of which no response was left. */
  readonly cut: number;
  readonly leftOut: number;
}

/** One row of the data. */
type Row =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'instruction'; readonly instruction: string; readonly input: string; readonly output: string };

/** What is held out: the last so many rows of the data, or files of their own. */
export type HeldOut = number | readonly string[] | undefined;

export async function readTrainingData(
  files: readonly string[],
  heldOut: HeldOut,
  options: DataOptions,
): Promise<TrainingData> {
  const rows = (await readAll(files)).slice(0, options.limit);
  const last = typeof heldOut === 'number' ? heldOut : 0;
  if (last >= rows.length && last > 0) throw tooFewToHoldOut(rows.length, last);
  const others = typeof heldOut === 'number' ? rows.slice(rows.length - last) : await readAll(heldOut ?? []);
  const own = rows.slice(0, rows.length - last);
  const between = pauses(lengthOf(own) + lengthOf(others), options);
  const trained = await toExamples(own, options, between);
  const held = await toExamples(others, options, between);
  if (trained.examples.length === 0) throw nothingToTrainOn(files, inWords(rows.length, trained.leftOut));
  if (held.examples.length === 0 && heldOut !== undefined)
    throw nothingToTrainOn(typeof heldOut === 'number' ? files : heldOut, inWords(others.length, held.leftOut));
  const more = typeof heldOut === 'object' ? heldOut : [];
  return {
    files: await Promise.all([...files, ...more].map(identify)),
    examples: trained.examples,
    heldOut: held.examples,
    rows: rows.length,
    cut: trained.cut + held.cut,
    leftOut: trained.leftOut + held.leftOut,
  };
}

function inWords(rows: number, leftOut: number): string {
  return `${rows} rows, of which ${leftOut} have no token left that counts`;
}

async function identify(file: string): Promise<DataFile> {
  return { file: basename(file), sha256: (await identifyFile(file)).sha256 };
}

async function readAll(files: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of files) for await (const row of rowsOf(file)) rows.push(row);
  return rows;
}

async function* rowsOf(file: string): AsyncGenerator<Row> {
  const list = await listOf(file);
  if (list !== undefined) {
    for (const [index, value] of list.entries()) yield toRow(value, file, index + 1);
    return;
  }
  const opened = await openTextFile(file);
  if (!('rows' in opened)) {
    yield { kind: 'text', text: opened.text };
    return;
  }
  for await (const { line, value } of opened.rows) yield toRow(value, file, line);
}

/** The elements of a file that is one JSON array of objects, as LLM-Adapters' are, whatever its name; undefined of any other. */
async function listOf(file: string): Promise<readonly unknown[] | undefined> {
  const text = await readText(file).catch((error: unknown) => {
    // Its first line is a row.
    if (isLinchpinError(error) && error.code === 'datasets/object-in-text') return '';
    throw error;
  });
  // A text may begin with a bracket; what is called JSON, or goes on with an object, is an array.
  const begins = /\.json(?:\.gz)?$/iu.test(file) ? /^\s*\[/u : /^\s*\[\s*\{/u;
  if (!begins.test(text)) return undefined;
  try {
    return parseJson(text) as readonly unknown[];
  } catch (cause) {
    throw dataUnreadable(file, `what begins as a JSON array and is none (${(cause as Error).message})`, cause);
  }
}

function toRow(value: unknown, file: string, row: number): Row {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { text, instruction, input = '', output } = fields;
  if (typeof text === 'string') return { kind: 'text', text };
  if (typeof instruction === 'string' && typeof output === 'string' && typeof input === 'string')
    return { kind: 'instruction', instruction, input, output };
  const names = Object.entries(fields).map(([name, field]) => `${name} (${field === null ? 'null' : typeof field})`);
  const found = names.length === 0 ? 'no object with fields' : `the fields ${names.join(', ')}`;
  throw rowUnusable(file, row, found);
}

interface Examples {
  readonly examples: readonly TrainingExample[];
  readonly cut: number;
  readonly leftOut: number;
}

/** Characters. */
function lengthOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + charactersOf(row), 0);
}

function charactersOf(row: Row): number {
  return row.kind === 'text' ? row.text.length : row.instruction.length + row.input.length + row.output.length;
}

/** Between two pauses, in milliseconds. */
const pauseAfter = 100;

/** Called with every row that is done: tells how far it is, and lets signals come in, now and then. */
function pauses(total: number, { onTokens, signal }: DataOptions): (row: Row) => Promise<void> {
  let done = 0;
  let last = performance.now();
  return async (row) => {
    done += charactersOf(row);
    if (performance.now() - last < pauseAfter && done < total) return;
    last = performance.now();
    onTokens?.(done, total);
    await setImmediate();
    signal?.throwIfAborted();
  };
}

/** Texts are one stream, each ended by an EOS where the tokenizer has one, and cut into windows. */
async function toExamples(
  rows: readonly Row[],
  options: DataOptions,
  between: (row: Row) => Promise<void>,
): Promise<Examples> {
  const { tokenizer, maxLength } = options;
  const examples: TrainingExample[] = [];
  const stream: number[] = [];
  let [cut, leftOut] = [0, 0];
  const flush = (least: number): void => {
    while (stream.length >= least && stream.length > 1) {
      examples.push({ ids: Int32Array.from(stream.splice(0, maxLength)), from: 1 });
      if (stream.length === 0) return;
    }
  };
  for (const row of rows) {
    if (row.kind === 'text') {
      for (const id of ended(tokenizer.encodeWithSpecialTokens(row.text), tokenizer)) stream.push(id);
      flush(maxLength);
      await between(row);
      continue;
    }
    const prompt = promptOf(row, options.promptStyle);
    const from = Math.max(1, tokenizer.encodeWithSpecialTokens(prompt).length);
    const ids = ended(tokenizer.encodeWithSpecialTokens(prompt + row.output), tokenizer);
    if (ids.length > maxLength) cut += 1;
    const kept = Int32Array.from(ids.slice(0, maxLength));
    if (from < kept.length) examples.push({ ids: kept, from });
    else leftOut += 1;
    await between(row);
  }
  flush(2);
  return { examples, cut, leftOut };
}

function ended(ids: readonly number[], { eosId }: Pick<Tokenizer, 'eosId'>): readonly number[] {
  return eosId === undefined || ids.at(-1) === eosId ? ids : [...ids, eosId];
}
