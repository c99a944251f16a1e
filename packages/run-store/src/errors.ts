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
