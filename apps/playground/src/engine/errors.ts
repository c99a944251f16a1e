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

/** Cut short, or an answer of the server's own. */
export function listUnreadable(): LinchpinError {
  return new LinchpinError({
    code: 'playground-app/list-unreadable',
    subject: 'model.json',
    found: 'text that is no JSON',
    expected: "the list of the model's files, as it was written beside the page",
    action: again,
  });
}

/** A list of the model's files that another version of the page was written for. */
export function listUnknown(found: unknown, expected: number): LinchpinError {
  return new LinchpinError({
    code: 'playground-app/list-unknown',
    subject: 'model.json',
    found: `the format ${JSON.stringify(found) ?? 'undefined'}`,
    expected: `the format ${expected}, which this page reads`,
    action: 'Write page and model together (`linchpin playground`).',
  });
}

/** With +SA, the token that keeps its channel moves at each run of the text. */
export function tokensUnsettled(passes: number): LinchpinError {
  return new LinchpinError({
    code: 'playground-app/tokens-unsettled',
    subject: '+SA',
    found: `another token with the largest value after each of ${passes} runs of the text`,
    expected: 'a token that stays the largest once its value is put back',
    action: 'Switch +SA off, or leave out a change.',
  });
}
