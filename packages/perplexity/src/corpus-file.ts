/** Texts and documents out of files. JSONL is split at newlines only: other line separators may stand inside a string. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { isLinchpinError } from '@linchpin/errors';
import { notADocument, notUtf8, unreadableFile } from './errors.ts';

/** The text of a corpus file of the user's: documents of a `.jsonl` joined by two newlines, any other file as it is. */
export async function readCorpusFile(path: string): Promise<string> {
  return /\.jsonl(\.gz)?$/u.test(path) ? (await readDocuments(path)).join('\n\n') : await readTextFile(path);
}

/** The content of a UTF-8 file; a byte order mark stays in it. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadableFile(path, cause);
  });
  return decoding(path, (decoder) => decoder.decode(bytes));
}

/** The `text` fields of a JSONL file, plain or gzipped, in file order; empty lines are passed over. */
export async function readDocuments(path: string): Promise<string[]> {
  const documents: string[] = [];
  let number = 0;
  try {
    for await (const line of lines(path)) {
      number++;
      if (line !== '') documents.push(documentOf(line, path, number));
    }
  } catch (cause) {
    throw isLinchpinError(cause) ? cause : unreadableFile(path, cause);
  }
  return documents;
}

/** A shard of C4 is longer than a string may be, so it is cut while it is read. */
async function* lines(path: string): AsyncGenerator<string, void, void> {
  const file = createReadStream(path);
  const source = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.once('error', (error) => source.destroy(error));
  const decoder = textDecoder();
  let rest = '';
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    const parts = decoding(path, () => decoder.decode(chunk, { stream: true })).split('\n');
    parts[0] = rest + parts[0]!;
    rest = parts.pop()!;
    yield* parts;
  }
  yield rest + decoding(path, () => decoder.decode());
}

function documentOf(line: string, path: string, number: number): string {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw notADocument(path, number, cause instanceof Error ? cause.message : 'no JSON');
  }
  if (typeof row !== 'object' || row === null || !('text' in row)) throw notADocument(path, number, 'no field `text`');
  if (typeof row.text !== 'string') throw notADocument(path, number, `a \`text\` that is ${typeof row.text}`);
  return row.text;
}

function textDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

function decoding(path: string, decode: (decoder: TextDecoder) => string): string {
  try {
    return decode(textDecoder());
  } catch {
    throw notUtf8(path);
  }
}
