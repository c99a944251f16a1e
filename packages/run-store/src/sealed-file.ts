/**
 * Files that are carried from machine to machine: gzip of lines of JSON. The first line says what the file is, the last is
 * the sha256 of those between.
 */
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { damagedFile, fileOutOfReach, newerFile, notSealed } from './errors.ts';

/** A kind of such files. */
export interface SealedFormat {
  readonly format: string;
  /** Raised whenever a program that knows the versions before could misread a file; what is read has at most this one. */
  readonly version: number;
  /** As errors say it: `a run`, and the command that writes it. */
  readonly content: string;
  readonly writer: string;
}

export interface SealedHead extends Pick<SealedFormat, 'format' | 'version'> {
  readonly [fact: string]: unknown;
}

/** Text that becomes one member of the gzip file. */
const memberCharacters = 2 ** 20;

/** Writes the file beside its place first: one that is there under its name is whole. Lines end with a newline. */
export function writeSealedFile(file: string, head: SealedHead, lines: Iterable<string>): void {
  // Other machines may write into the folder, too, with processes of the same number.
  const temporary = `${file}.${randomUUID()}.partial`;
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      // Gzip files one after the other are a gzip file: never more than some lines are in memory as text.
      for (const member of inMembers(sealed(head, lines))) writeFileSync(descriptor, gzipSync(member));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw fileOutOfReach(file, cause);
  }
}

export interface SealedFile {
  readonly head: SealedHead;
  /** Without their newlines, head and seal. */
  readonly lines: readonly string[];
}

/** Reads a file of a format when all of it is as it was written. */
export function readSealedFile(file: string, format: SealedFormat): SealedFile {
  const lines = textLines(file, read(file), format);
  const head = requireHead(file, lines.shift()!, format);
  const seal = lines.pop();
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  if (lines.length === 0 || seal !== sealOf(hash.digest('hex'))) {
    throw damagedFile(file, 'content that does not have the checksum at its end');
  }
  return { head, lines };
}

function* sealed(head: SealedHead, lines: Iterable<string>): Generator<string, void, void> {
  yield `${JSON.stringify(head)}\n`;
  const hash = createHash('sha256');
  for (const line of lines) {
    hash.update(line);
    yield line;
  }
  yield sealOf(hash.digest('hex'));
}

function* inMembers(lines: Iterable<string>): Generator<string, void, void> {
  let waiting = '';
  for (const line of lines) {
    waiting += line;
    if (waiting.length < memberCharacters) continue;
    yield waiting;
    waiting = '';
  }
  if (waiting !== '') yield waiting;
}

function sealOf(sha256: string): string {
  return JSON.stringify({ sha256 });
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw fileOutOfReach(file, cause);
  }
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** The lines of a gzip file, decoded one by one: all together may be longer than a string can be. */
function textLines(file: string, bytes: Buffer, format: SealedFormat): string[] {
  if (bytes.length === 0) throw damagedFile(file, 'an empty file');
  if (!bytes.subarray(0, 2).equals(gzipMagic)) throw notSealed(file, 'a file that is not compressed with gzip', format);
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
    throw damagedFile(file, cause instanceof Error ? cause.message : String(cause));
  }
}

function requireHead(file: string, line: string, format: SealedFormat): SealedHead {
  const head = parsedHead(line);
  if (head?.format !== format.format) throw notSealed(file, 'compressed text of another kind', format);
  if (typeof head.version !== 'number' || head.version > format.version) throw newerFile(file, head.version, format);
  return head as SealedHead;
}

function parsedHead(line: string): { readonly format?: unknown; readonly version?: unknown } | undefined {
  try {
    const head: unknown = JSON.parse(line);
    return typeof head === 'object' && head !== null ? head : undefined;
  } catch {
    return undefined;
  }
}
