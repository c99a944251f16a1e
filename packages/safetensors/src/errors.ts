import { LinchpinError } from '@linchpin/errors';

const downloadAgain = 'Download the file again: it is damaged, or whatever wrote it does not keep to the format.';

/** What is wrong with a file or with one tensor of it, when the remedy is another file. */
interface Damage {
  readonly code: string;
  /** The path, followed by the tensor where one is meant. */
  readonly subject: string;
  readonly found: string;
  readonly expected: string;
}

function damaged(damage: Damage): LinchpinError {
  return new LinchpinError({ ...damage, code: `safetensors/${damage.code}`, action: downloadAgain });
}

/** The file is absent, a folder, or not readable. */
export function cannotRead(file: string, cause: unknown): LinchpinError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LinchpinError({
    code: 'safetensors/cannot-read',
    subject: file,
    found: `that it cannot be read (${reason})`,
    expected: 'a readable file in the safetensors format',
    action: 'Check the path and who may read it; a link of a download cache may point to a file that is gone.',
    cause,
  });
}

/** Git checked out the stand-in text of a large file. */
export function isLfsPointer(file: string): LinchpinError {
  return new LinchpinError({
    code: 'safetensors/git-lfs-pointer',
    subject: file,
    found: 'a git-LFS pointer, the short text that stands for the file',
    expected: 'the file itself',
    action: 'Run `git lfs install` and `git lfs pull` in the checkpoint folder, or download the file itself.',
  });
}

/** No room for the 8-byte length field. */
export function fileTooSmall(file: string, size: number): LinchpinError {
  return damaged({
    code: 'file-too-small',
    subject: file,
    found: `${size} bytes`,
    expected: 'at least the 8 bytes that hold the length of the header',
  });
}

/** A length field that no writer would write. */
export function headerTooLarge(file: string, length: bigint, limit: number): LinchpinError {
  return damaged({
    code: 'header-too-large',
    subject: file,
    found: `a header of ${length} bytes`,
    expected: `at most ${limit} bytes`,
  });
}

/** A header that ends behind the end of the file. */
export function headerBeyondFile(file: string, length: number, size: number): LinchpinError {
  return damaged({
    code: 'header-beyond-file',
    subject: file,
    found: `a header of ${length} bytes in a file of ${size} bytes`,
    expected: `at most ${size - 8} bytes of header`,
  });
}

export function headerNotUtf8(file: string): LinchpinError {
  return damaged({
    code: 'header-not-utf8',
    subject: file,
    found: 'bytes in the header that are not UTF-8',
    expected: 'a header in UTF-8',
  });
}

export function headerNotJson(file: string, cause: Error): LinchpinError {
  return damaged({
    code: 'header-not-json',
    subject: file,
    found: `a header that is not JSON (${cause.message})`,
    expected: 'a JSON object',
  });
}

export function headerNotObject(file: string, found: string): LinchpinError {
  return damaged({
    code: 'header-not-object',
    subject: file,
    found: `${found} as header`,
    expected: 'a JSON object of tensors by name',
  });
}

/** A key that an object of the header has twice; JSON parsers keep the last one without a word. */
export function duplicateName(file: string, name: string): LinchpinError {
  return damaged({
    code: 'duplicate-name',
    subject: `${file}: ${name}`,
    found: 'the name twice in the header',
    expected: 'every name once',
  });
}

export function metadataNotText(file: string, found: string): LinchpinError {
  return damaged({
    code: 'metadata-not-text',
    subject: `${file}: __metadata__`,
    found,
    expected: 'an object whose values are strings',
  });
}

/** A header entry that lacks a field, or has one of another kind. */
export function entryMalformed(tensor: string, field: string, found: string): LinchpinError {
  return damaged({
    code: 'entry-malformed',
    subject: tensor,
    found: `${found} as ${field}`,
    expected: 'an object with dtype (text), shape (a list of sizes) and data_offsets (a pair of byte offsets)',
  });
}

export function unknownElementType(tensor: string, found: string, known: readonly string[]): LinchpinError {
  return damaged({
    code: 'unknown-dtype',
    subject: tensor,
    found: `the dtype ${JSON.stringify(found)}`,
    expected: `one of ${known.join(', ')}`,
  });
}

export function shapeInvalid(tensor: string, found: string): LinchpinError {
  return damaged({
    code: 'shape-invalid',
    subject: tensor,
    found: `the shape ${found}`,
    expected: 'sizes that are whole numbers from 0',
  });
}

export function offsetsInvalid(tensor: string, found: string): LinchpinError {
  return damaged({
    code: 'offsets-invalid',
    subject: tensor,
    found: `the data_offsets ${found}`,
    expected: 'two whole numbers [begin, end] with 0 ≤ begin ≤ end',
  });
}

/** Bytes of data that no tensor covers, between or before tensors. */
export function offsetsLeaveGap(tensor: string, begin: number, covered: number): LinchpinError {
  return damaged({
    code: 'offsets-gap',
    subject: tensor,
    found: `data that begins at byte ${begin}`,
    expected: `byte ${covered}, where the data before it ends`,
  });
}

/** Offsets that point behind the data although the tensors before them do not reach that far. */
export function offsetsBeyondData(tensor: string, end: number, dataLength: number): LinchpinError {
  return damaged({
    code: 'offsets-beyond-data',
    subject: tensor,
    found: `data that ends at byte ${end}`,
    expected: `at most byte ${dataLength}, where the data of the file ends`,
  });
}

export function offsetsOverlap(tensor: string, begin: number, covered: number): LinchpinError {
  return damaged({
    code: 'offsets-overlap',
    subject: tensor,
    found: `data that begins at byte ${begin}, inside another tensor's`,
    expected: `byte ${covered}, where the data before it ends`,
  });
}

/** Offsets that span more or less than the shape needs. */
export function sizeMismatch(tensor: string, spanned: number, needed: string): LinchpinError {
  return damaged({
    code: 'size-mismatch',
    subject: tensor,
    found: `data_offsets that span ${spanned} bytes`,
    expected: needed,
  });
}

/** An interrupted download: the header promises more data than there is. */
export function dataTruncated(file: string, found: number, promised: number): LinchpinError {
  return damaged({
    code: 'data-truncated',
    subject: file,
    found: `${found} bytes of data`,
    expected: `${promised} bytes, as the header says`,
  });
}

export function dataTrailing(file: string, found: number, covered: number): LinchpinError {
  return damaged({
    code: 'data-trailing',
    subject: file,
    found: `${found} bytes of data, of which the last ${found - covered} belong to no tensor`,
    expected: `${covered} bytes, as the header says`,
  });
}

/** The file has become shorter since its header was read. */
export function fileChanged(file: string, tensor: string): LinchpinError {
  return damaged({
    code: 'file-changed',
    subject: `${file}: ${tensor}`,
    found: 'the end of the file',
    expected: 'the data that was there when the header was read',
  });
}

/** The values of a tensor were asked for that holds no floating-point numbers of a usable type. */
export function notReadable(file: string, tensor: string, dtype: string): LinchpinError {
  return new LinchpinError({
    code: 'safetensors/not-readable',
    subject: `${file}: ${tensor}`,
    found: `the dtype ${dtype}`,
    expected: 'F32, F16 or BF16',
    action: 'Convert the checkpoint to one of these types.',
  });
}

/** Tensors that no file can hold as they were given. */
export function cannotWrite(tensor: string, found: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'safetensors/cannot-write',
    subject: tensor,
    found,
    expected,
    action: 'Give name, dtype, shape and bytes that fit together.',
  });
}
