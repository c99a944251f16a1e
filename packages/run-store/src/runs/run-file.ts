/**
 * A run as one file, to be kept or carried to another store: gzip of lines of JSON. The first line says what it is, the
 * last is the sha256 of those between, which are the run.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pid } from 'node:process';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RecordedRun } from '@linchpin/plugin-api';
import { damagedRunFile, newerRunFile, notARunFile, runFileOutOfReach } from './errors.ts';
import { isRunId } from './run-id.ts';
import { runFromLines, runToLines } from './run-lines.ts';

const format = 'linchpin run';
/** Raised whenever a program that knows the versions before could misread a file. */
const version = 1;

/** The sha256 of everything that a file of the run says of it. */
export function digestOf(run: RecordedRun): string {
  const hash = createHash('sha256');
  for (const line of runToLines(run)) hash.update(line);
  return hash.digest('hex');
}

/** Writes the file beside its place first: one that is there under its name is whole. */
export function writeRunFile(file: string, run: RecordedRun): void {
  const temporary = `${file}.${pid}.partial`;
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      // Gzip files one after the other are a gzip file: never more than a line is in memory as text.
      for (const line of fileLines(run)) writeFileSync(descriptor, gzipSync(line));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw runFileOutOfReach(file, cause);
  }
}

/** Reads the run of a file, when all of it is as it was written. */
export function readRunFile(file: string): RecordedRun {
  const [head = '', ...lines] = textLines(file, read(file));
  requireHead(file, head);
  const content = lines.slice(0, -1);
  const hash = createHash('sha256');
  for (const line of content) hash.update(`${line}\n`);
  if (content.length === 0 || lines.at(-1) !== lastLine(hash.digest('hex'))) {
    throw damagedRunFile(file, 'content that does not have the checksum at its end');
  }
  const run = runFromLines(content);
  if (!isRunId(run.id)) throw damagedRunFile(file, `a run with the id ${run.id}`);
  return run;
}

function* fileLines(run: RecordedRun): Generator<string, void, void> {
  yield `${JSON.stringify({ format, version })}\n`;
  const hash = createHash('sha256');
  for (const line of runToLines(run)) {
    hash.update(line);
    yield line;
  }
  yield lastLine(hash.digest('hex'));
}

function lastLine(sha256: string): string {
  return JSON.stringify({ sha256 });
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw runFileOutOfReach(file, cause);
  }
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** The lines of a gzip file, decoded one by one: all together may be longer than a string can be. */
function textLines(file: string, bytes: Buffer): string[] {
  if (!bytes.subarray(0, 2).equals(gzipMagic)) throw notARunFile(file, 'a file that is not compressed with gzip');
  const text = decompressed(file, bytes);
  const lines: string[] = [];
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf('\n', start);
    const end = next === -1 ? text.length : next;
    lines.push(text.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

function decompressed(file: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw damagedRunFile(file, cause instanceof Error ? cause.message : String(cause));
  }
}

function requireHead(file: string, line: string): void {
  const head = parsedHead(line);
  if (head?.format !== format) throw notARunFile(file, 'compressed text of another kind');
  if (typeof head.version !== 'number' || head.version > version) throw newerRunFile(file, head.version, version);
}

function parsedHead(line: string): { readonly format?: unknown; readonly version?: unknown } | undefined {
  try {
    const head: unknown = JSON.parse(line);
    return typeof head === 'object' && head !== null ? head : undefined;
  } catch {
    return undefined;
  }
}
