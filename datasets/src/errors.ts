import { LinchpinError } from '@linchpin/errors';

/** A data set that the manifest does not know. */
export function unknownDataset(name: string, nearest: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'datasets/unknown-dataset',
    subject: 'data set',
    found: name,
    expected: nearest.length > 0 ? `a known name, such as ${nearest.join(' or ')}` : 'a known name',
    action: '`linchpin data ls` lists the names.',
  });
}

/** None of the files that could hold a data set is in the folder; `alike` are those that could hold it in another form. */
export function datasetNotFound(
  folder: string,
  name: string,
  { looked, alike }: Readonly<Record<'looked' | 'alike', readonly string[]>>,
): LinchpinError {
  const parts = alike.filter((path) => path.toLowerCase().endsWith('.parquet'));
  const others = alike.length === 0 ? '' : `, but ${alike.slice(0, 3).join(', ')}${alike.length > 3 ? ', …' : ''}`;
  return new LinchpinError({
    code: 'datasets/not-found',
    subject: `data set ${name}`,
    found: `none of its files in ${folder}${others}`,
    expected: `one of ${looked.join(', ')}, plain or packed with gzip, or the same as .parquet`,
    action:
      parts.length === 0
        ? 'Put the file there under one of these names, or give another folder; `linchpin data fetch` brings it from the hub.'
        : 'A split in several parts of Parquet is not read: put them together as one file under one of these names.',
  });
}

/** A file that cannot be opened or read. */
export function unreadableFile(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'datasets/unreadable-file',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a readable file',
    action: 'Check the path and its permissions.',
    cause,
  });
}

/** A file that is packed, or written, in a way that is not read. */
export function packedFile(file: string, packing: string): LinchpinError {
  return new LinchpinError({
    code: 'datasets/packed-file',
    subject: file,
    found: `a file that begins as ${packing} does`,
    expected: 'text in UTF-8, plain or packed with gzip',
    action: whatMakesText(packing),
  });
}

function whatMakesText(packing: string): string {
  if (packing === 'UTF-16') return 'Convert it to UTF-8.';
  if (packing === 'Parquet') return 'Rename it, so that its name ends in .parquet.';
  return 'Unpack or convert it, or pack it with gzip.';
}

/** A plain text, by its name, that begins with a JSON object. */
export function objectInText(file: string, line: string): LinchpinError {
  return new LinchpinError({
    code: 'datasets/object-in-text',
    subject: `${file}:1`,
    found: `a JSON object, ${excerpt(line)}, in what its name says is plain text`,
    expected: 'text, or a name that ends in .jsonl, .ndjson or .json, maybe with .gz behind it',
    action:
      'Rename the file, so that its documents are read. Where braces and quotes are to be part of the text, begin it with an empty line.',
  });
}

/** A file with no row, or no text, in it. */
export function emptyFile(file: string): LinchpinError {
  return new LinchpinError({
    code: 'datasets/empty-file',
    subject: file,
    found: 'nothing but white space',
    expected: 'at least one row of data',
    action: 'Fetch the file again.',
  });
}

/** Bytes that are no UTF-8. */
export function badUtf8(file: string, line: number): LinchpinError {
  return new LinchpinError({
    code: 'datasets/bad-utf8',
    subject: `${file}:${line}`,
    found: 'bytes that are no UTF-8',
    expected: 'UTF-8 text',
    action: 'Fetch the file again, or convert it to UTF-8.',
  });
}

/** A line that is no JSON. */
export function badJson(
  place: { readonly file: string; readonly line: number },
  text: string,
  cause: unknown,
): LinchpinError {
  return new LinchpinError({
    code: 'datasets/bad-json',
    subject: `${place.file}:${place.line}`,
    found: `${excerpt(text)} (${cause instanceof Error ? cause.message : String(cause)})`,
    expected: 'one JSON object a line',
    action: 'Fetch the file again; its end may be cut off.',
    cause,
  });
}

/** A line of JSON that is not an object. */
export function notAnObject(place: { readonly file: string; readonly line: number }, text: string): LinchpinError {
  return new LinchpinError({
    code: 'datasets/not-an-object',
    subject: `${place.file}:${place.line}`,
    found: excerpt(text),
    expected: 'a JSON object with the fields of the data set',
    action: 'Convert the file to JSON Lines: one object a line, no surrounding array.',
  });
}

function excerpt(text: string): string {
  const start = text.trim();
  return start.length > 60 ? `${start.slice(0, 60)}…` : start;
}

/** A Parquet file that is damaged, or claims more than it holds, or is written in a way that is not read. */
export function badParquet(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'datasets/bad-parquet',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a whole Parquet file of texts, numbers, lists and structures, plain or by dictionary',
    action: 'Fetch the file again, or write it anew with usual settings.',
    cause,
  });
}

/** A repository of the hub in which the files of a split are not found; `paths` are some of those that it has. */
export function splitNotFound(
  repository: string,
  { split, config }: { readonly split: string; readonly config: string | null },
  paths: readonly string[],
): LinchpinError {
  return new LinchpinError({
    code: 'datasets/split-not-found',
    subject: `${repository}: ${[config, split].filter(Boolean).join(' ')}`,
    found: paths.length === 0 ? 'no files' : `only ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ', …' : ''}`,
    expected: 'the split as Parquet or JSON Lines, where its README says or under its own name',
    action: 'Download the data by hand, and give their folder by --datasets.',
  });
}

/** A split that is several files. */
export function splitInParts(repository: string, paths: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'datasets/split-in-parts',
    subject: repository,
    found: `${paths.length} files for one split: ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ', …' : ''}`,
    expected: 'one file',
    action: 'Put the parts together as one file in a folder, and give that by --datasets.',
  });
}
