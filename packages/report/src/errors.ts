import { dirname } from 'node:path';
import { LinchpinError } from '@linchpin/errors';

const reasons: Readonly<Record<string, readonly [found: string, action: (path: string) => string]>> = {
  ENOENT: ['a folder that does not exist', (path) => `Create ${dirname(path)} first.`],
  ENOTDIR: ['a path that leads through a file', () => 'Check the path.'],
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
