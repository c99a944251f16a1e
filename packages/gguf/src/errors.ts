import { LinchpinError } from '@linchpin/errors';

const expected = 'a GGUF file of version 2 or 3, little-endian';

export function cannotRead(file: string, cause: Error): LinchpinError {
  return new LinchpinError({
    code: 'gguf/cannot-read',
    subject: file,
    found: `that it cannot be read (${cause.message})`,
    expected,
    action: 'Check the path and who may read it.',
    cause,
  });
}

export function notGguf(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'gguf/not-gguf',
    subject: file,
    found,
    expected,
    action: 'Check the path; where it is a pointer of Git LFS, run `git lfs pull` or download the file itself.',
  });
}

/** A form of the file that is known, and not read. */
export function unsupportedForm(file: string, found: string, action: string): LinchpinError {
  return new LinchpinError({ code: 'gguf/unsupported-form', subject: file, found, expected, action });
}

/** A file that is cut off or contradicts itself. */
export function damaged(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'gguf/damaged',
    subject: file,
    found,
    expected: 'metadata and tensors that fit into the file, each in its place',
    action: 'Download the file again.',
  });
}

/** An element type that nothing here dequantizes. */
export function unsupportedType(
  file: string,
  tensor: { readonly name: string; readonly type: string },
  known: readonly string[],
): LinchpinError {
  return new LinchpinError({
    code: 'gguf/unsupported-type',
    subject: `${file}: ${tensor.name}`,
    found: `elements of the type ${tensor.type}`,
    expected: `one of ${known.join(', ')}`,
    action: 'Take a file of the same model in one of these types; F16, BF16 and Q8_0 are nearest to the original.',
  });
}
