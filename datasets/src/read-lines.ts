/** Lines of a UTF-8 file as a stream: no more than one line and one chunk of the file are in memory. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { isLinchpinError } from '@linchpin/errors';
import { badUtf8, packedFile, unreadableFile } from './errors.ts';
import { packingOf } from './packing.ts';

/** One line of a file. */
export interface Line {
  /** From 1. */
  readonly line: number;
  /** Ended by `\n`, whatever ends it in the file; the last one as it is, so that the texts of all lines are the whole text. */
  readonly text: string;
}

const newline = 0x0a;
// Without `ignoreBOM` the decoder would drop a U+FEFF at the start of every line.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a file line by line, as Python does in text mode: `\r\n` and `\r` end lines, too. A byte order mark at its start is
 * dropped. Errors name the file and the line.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let line = 0;
  for await (const bytes of splitAfterNewlines(file)) {
    const decoded = decode(bytes, file, line + 1);
    const text = line === 0 && decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded;
    for (const each of linesOf(text)) yield { line: ++line, text: each };
  }
}

function linesOf(text: string): readonly string[] {
  return text.includes('\r') ? text.replaceAll(/\r\n?/gu, '\n').split(/(?<=\n)/u) : [text];
}

function decode(bytes: Uint8Array, file: string, line: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw badUtf8(file, line);
  }
}

async function* splitAfterNewlines(file: string): AsyncGenerator<Uint8Array> {
  let pending: Buffer[] = [];
  for await (const chunk of chunksOf(file)) {
    let start = 0;
    for (let end = chunk.indexOf(newline) + 1; end > 0; end = chunk.indexOf(newline, start) + 1) {
      yield Buffer.concat([...pending, chunk.subarray(start, end)]);
      pending = [];
      start = end;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield Buffer.concat(pending);
}

/** The bytes of a file; what gzip has packed, as the hub has C4, is unpacked, whatever the file's name is. */
async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const stored = createReadStream(file);
  try {
    await once(stored, 'readable');
    const start = stored.read() as Buffer | null;
    if (start !== null) stored.unshift(start);
    const packing = packingOf(start ?? new Uint8Array());
    if (packing === undefined) return yield* stored;
    if (packing !== 'gzip') throw packedFile(file, packing);
    const unpacked = createGunzip();
    stored.once('error', (error) => unpacked.destroy(error)); // `pipe` passes no errors on
    yield* stored.pipe(unpacked);
  } catch (cause) {
    throw isLinchpinError(cause) ? cause : unreadableFile(file, cause);
  } finally {
    stored.destroy();
  }
}
