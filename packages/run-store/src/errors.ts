import { LinchpinError } from '@linchpin/errors';

/** A store that a later version of this program has written. */
export function newerSchema(file: string, found: number, known: number): LinchpinError {
  return new LinchpinError({
    code: 'run-store/newer-schema',
    subject: file,
    found: `schema version ${found}`,
    expected: `at most ${known}, which is what this version of linchpin knows`,
    action: 'Update linchpin, or give another folder with --store.',
  });
}

/** A store that cannot be opened, read or written. */
export function storeNotWritable(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'run-store/not-writable',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a sound store in a folder that can be written, on a disk with space left',
    action:
      'Free space or permissions, give another folder with --store, or do without one with --no-store. Everything finished so far is kept; a damaged store is moved aside when it is opened again.',
    cause,
  });
}

/** A file that is of another kind than the one that is asked for. */
export function notSealed(
  file: string,
  found: string,
  { content, writer }: { readonly content: string; readonly writer: string },
): LinchpinError {
  return new LinchpinError({
    code: 'run-store/other-file',
    subject: file,
    found,
    expected: `a file of ${content}`,
    action: `Give a file that ${writer} has written.`,
  });
}

/** A file that was written for other machines, and is not whole or was changed. */
export function damagedFile(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'run-store/damaged-file',
    subject: file,
    found,
    expected: 'the file as it was written',
    action: 'Copy the file again from where it was written, or remove it and have it written again.',
  });
}

/** A file that a later version of this program has written. */
export function newerFile(
  file: string,
  found: unknown,
  { version, content }: { readonly version: number; readonly content: string },
): LinchpinError {
  return new LinchpinError({
    code: 'run-store/newer-file',
    subject: file,
    found: `version ${String(found)} of the format`,
    expected: `a file of ${content} of at most version ${version}, which is what this version of linchpin knows`,
    action: 'Update linchpin.',
  });
}

/** A file that cannot be read or written. */
export function fileOutOfReach(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'run-store/file-out-of-reach',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a file that can be read, in a folder that can be written, on a disk with space left',
    action: 'Give another file, or free space or permissions.',
    cause,
  });
}
