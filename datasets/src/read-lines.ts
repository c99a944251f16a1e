/** Lines of a UTF-8 file as a stream: no more than one line and one chunk of the file are in memory. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { badUtf8, unreadableFile } from './errors.ts';

/** One line of a file. */
export interface Line {
  /** From 1. */
  readonly line: number;
  /** With the newline that ends it, so that the texts of all lines are the whole text. */
  readonly text: string;
}

const newline = 0x0a;
// Without `ignoreBOM` the decoder would drop a U+FEFF at the start of every line.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a file line by line; a byte order mark at its start is dropped. Errors name the file and the line. */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let line = 0;
  for await (const bytes of splitAfterNewlines(file)) {
    line++;
    const text = decode(bytes, file, line);
    yield { line, text: line === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text };
  }
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

/** The bytes of a file; those of a `.gz`, as the hub has C4, are unpacked. */
async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  try {
    const packed = createReadStream(file);
    if (!file.endsWith('.gz')) return yield* packed;
    const unpacked = createGunzip();
    packed.once('error', (error) => unpacked.destroy(error)); // `pipe` passes no errors on
    yield* packed.pipe(unpacked);
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
}
