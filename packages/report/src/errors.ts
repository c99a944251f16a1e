import { dirname } from 'node:path';
import { LinchpinError } from '@linchpin/errors';

const reasons: Readonly<Record<string, readonly [found: string, action: (path: string) => string]>> = {
  ENOENT: ['a folder that does not exist', (path) => `Create ${dirname(path)} first.`],
  ENOTDIR: ['a path that leads through a file', () => 'Check the path.'],
  EEXIST: ['a file where a folder is needed', () => 'Choose another place.'],
  EACCES: ['a folder or file without permission to write', () => 'Change its permissions or write elsewhere.'],
  EPERM: ['a folder or file without permission to write', () => 'Change its permissions or write elsewhere.'],
  EROFS: ['a read-only file system', () => 'Write elsewhere.'],
  EISDIR: ['a folder', () => 'Give the name of a file in it.'],
  ENOSPC: ['a full disk', () => 'Make room or write elsewhere.'],
};

/** A file cannot be written; nothing of it is left behind. */
export function cannotWrite(path: string, cause: unknown): LinchpinError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const [found, action] = reasons[code] ?? [
    cause instanceof Error ? cause.message : String(cause),
    () => 'Check the path.',
  ];
  return new LinchpinError({
    code: 'report/cannot-write',
    subject: path,
    found,
    expected: 'a place where a file can be written',
    action: action(path),
    cause,
  });
}

/** A file that is not one of results, or of a version that is not known. */
export function notAnArtifact(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'report/not-a-result',
    subject: file,
    found,
    expected: 'a file of results of this version, as `linchpin table` writes it',
    action: 'Write it again, or leave it out.',
  });
}

/** A file of results that is damaged or was changed by hand. */
export function artifactInvalid(file: string, where: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'report/invalid-result',
    subject: `${file}: ${where}`,
    found,
    expected: 'what the program that wrote the file has put there',
    action: 'Write the file again.',
  });
}

export function runMissing(run: string): LinchpinError {
  return new LinchpinError({
    code: 'report/run-missing',
    subject: 'linchpin report',
    found: `"${run}", where nothing is`,
    expected: 'a folder of results, or a file of one',
    action: 'Check the path.',
  });
}

export function noResults(folder: string): LinchpinError {
  return new LinchpinError({
    code: 'report/no-results',
    subject: folder,
    found: 'no JSON file of results',
    expected: 'results as `linchpin table` writes them, for example table-1.json',
    action: `Write some first: \`linchpin table 1 --out ${folder}\`.`,
  });
}
