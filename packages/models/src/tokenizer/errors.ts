import { LinchpinError } from '@linchpin/errors';
import { reasonOf } from '../errors.ts';

export function tokenizerAbsent(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-absent',
    subject: file,
    found: `that it cannot be read (${reasonOf(cause)})`,
    expected: 'the tokenizer.json of the checkpoint',
    action: 'Download it with the checkpoint; where there is only a tokenizer.model, save it in the fast format first.',
    cause,
  });
}

/** A part of tokenizer.json that is unknown, or that could only be carried out with other ids than the reference's. */
export function tokenizerPartUnsupported(
  file: string,
  part: { readonly field: string; readonly found: string },
  known: readonly string[],
): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-part-unsupported',
    subject: `${file}: ${part.field}`,
    found: part.found,
    expected: `one of ${known.join(', ')}`,
    action: 'Check the file; tokenizers of other kinds are not supported, because their ids could not be vouched for.',
  });
}

export function tokenizerMergeUnknown(file: string, merge: readonly [string, string], token: string): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-merge-unknown',
    subject: `${file}: model.merges`,
    found: `${JSON.stringify(merge)}, of which ${JSON.stringify(token)} is not in the vocabulary`,
    expected: 'merges whose parts and result are in model.vocab',
    action: 'Download the file again.',
  });
}

/** A token whose id has no row in the embedding. */
export function tokenizerIdOutOfRange(file: string, token: readonly [string, number], rows: number): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-id-out-of-range',
    subject: `${file}: ${JSON.stringify(token[0])}`,
    found: `the id ${token[1]}`,
    expected: `an id from 0 to ${rows - 1}, since the model has ${rows} rows of embeddings`,
    action: 'Take the tokenizer that belongs to the model.',
  });
}

/** A stretch of text for which the tokenizer has no id at all, not even an unknown token. */
export function tokenizerTokenUnknown(file: string, token: string): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-token-unknown',
    subject: file,
    found: `no id for ${JSON.stringify(token)}`,
    expected: 'a vocabulary that has it, or an unk_token that stands for it',
    action: 'Take the tokenizer that belongs to the model.',
  });
}
