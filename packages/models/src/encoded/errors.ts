import { LinchpinError } from '@linchpin/errors';
import { reasonOf } from '../errors.ts';

/** The cache of encoded weights cannot be written. */
export function encodedNotWritable(folder: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/encoded-not-writable',
    subject: folder,
    found: `that the encoded weights cannot be written there (${reasonOf(cause)})`,
    expected: 'a folder with room for them',
    action: 'Free disk space, or name another folder in LINCHPIN_CACHE.',
    cause,
  });
}
