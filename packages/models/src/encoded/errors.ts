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

/** A file of weights that ends earlier than when it was opened. */
export function fileShrank(tensor: string): LinchpinError {
  return new LinchpinError({
    code: 'models/file-changed',
    subject: tensor,
    found: 'a file that ends within the tensor, although it did not when it was opened',
    expected: 'a file that stays as it is',
    action: 'Wait until whoever writes the file is done, and start again.',
  });
}
