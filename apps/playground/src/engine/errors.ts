import { LinchpinError } from '@linchpin/errors';

const again = 'Load the page again; if that does not help, the files of the page are not whole.';

/** A file of the page that the server does not give. */
export function fileNotLoaded(file: string, { status, statusText }: Response): LinchpinError {
  return new LinchpinError({
    code: 'playground-app/file-not-loaded',
    subject: file,
    found: `the answer ${status} ${statusText}`.trim(),
    expected: 'the file, beside the page',
    action: again,
  });
}

/** Bytes that are not those that the model's list names. */
export function fileDamaged(file: string, found: string, bytes: number): LinchpinError {
  return new LinchpinError({
    code: 'playground-app/file-damaged',
    subject: file,
    found,
    expected: `${bytes} bytes with the hash that the model's list has`,
    action: again,
  });
}

/** A prompt without a token. */
export function promptEmpty(): LinchpinError {
  return new LinchpinError({
    code: 'playground-app/prompt-empty',
    subject: 'the beginning of the text',
    found: 'nothing',
    expected: 'some words, from which the model goes on',
    action: 'Write some.',
  });
}

/** A prompt that leaves no room. */
export function promptTooLong(tokens: number, most: number): LinchpinError {
  return new LinchpinError({
    code: 'playground-app/prompt-too-long',
    subject: 'the beginning of the text',
    found: `${tokens} tokens`,
    expected: `at most ${most}`,
    action: 'Shorten it.',
  });
}
