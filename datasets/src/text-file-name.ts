/** What the name of a file promises of its form. */
import { basename } from 'node:path';

/**
 * `json-lines` is a JSON object a line, `parquet` the same as a table, `wikitext` the raw text of WikiText, whose lines are
 * rows of the hub's data set.
 */
export type TextForm = 'json-lines' | 'parquet' | 'wikitext' | 'text';

const extensions: Readonly<Record<string, TextForm>> = {
  '.jsonl': 'json-lines',
  '.ndjson': 'json-lines',
  '.json': 'json-lines', // as the hub calls the shards of C4
  '.parquet': 'parquet',
  '.raw': 'wikitext',
  '.txt': 'text',
};

export interface TextFileName {
  /** The name without what says how it is packed and written. */
  readonly stem: string;
  readonly form: TextForm;
}

/** What a name promises, in any case of letters and with or without `.gz`. Every other name is one of a plain text. */
export function parseTextFileName(file: string): TextFileName {
  const name = basename(file).replace(/\.gz(?:ip)?$/iu, '');
  const extension = /\.[^.]*$/u.exec(name)?.[0] ?? '';
  const form = Object.hasOwn(extensions, extension.toLowerCase()) ? extensions[extension.toLowerCase()] : undefined;
  return form === undefined ? { stem: name, form: 'text' } : { stem: name.slice(0, -extension.length), form };
}
