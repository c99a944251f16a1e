import { LinchpinError } from '@linchpin/errors';

/** A window that leaves nothing to predict. */
export function windowTooShort(window: number, contextLength: number): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/window-too-short',
    subject: 'the window',
    found: `${window} tokens for a model that takes ${contextLength}`,
    expected: 'an integer of at least 2',
    action: 'The papers use windows of 2048 tokens.',
  });
}

/** A BOS is asked for, and the tokenizer has none. */
export function noBos(): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/no-bos',
    subject: 'the tokenizer',
    found: 'no beginning-of-sequence token',
    expected: 'one, because windows or pages are to begin with it',
    action: 'Use a BOS rule that leaves it to the tokenizer, or never.',
  });
}

/** A text of less than one window. */
export function textTooShort(tokens: number, needed: number): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/text-too-short',
    subject: 'the text',
    found: `${tokens} tokens`,
    expected: `at least ${needed}, the text of one window`,
    action: 'Use a shorter window or a longer text.',
  });
}

/** Documents none of which fills a window. */
export function noLongDocument(at: {
  readonly documents: number;
  readonly longest: number;
  readonly tokens: number;
}): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/no-long-document',
    subject: 'the documents',
    found: `${at.documents} documents, of which the longest has ${at.longest} tokens`,
    expected: `at least one of ${at.tokens} tokens, the text of one window`,
    action: 'Use a shorter window or longer documents.',
  });
}

/** The model gave NaN or an infinity where a log-probability was due. */
export function nonFiniteScore(at: {
  readonly window: number;
  readonly token: number;
  readonly value: number;
}): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/non-finite',
    subject: `window ${at.window}`,
    found: `the log-probability ${at.value} at token ${at.token}`,
    expected: 'finite numbers',
    action: 'The checkpoint, or an edit of it, holds NaN, infinite or far too large values; check its weights.',
  });
}

/** A window that the model refuses. */
export function unscorableWindow(window: number, reason: string): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/unscorable',
    subject: `window ${window}`,
    found: `no score, because of ${reason}`,
    expected: 'a score for every window',
    action: "Use a window that fits the model's context.",
  });
}

/** A stride that leaves out tokens, or does not move. */
export function strideOutOfRange(
  stride: number,
  { content, window }: { readonly content: number; readonly window: number },
): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/stride-out-of-range',
    subject: 'the stride',
    found: `${stride} tokens`,
    expected: `a whole number from 1 to ${content}, the tokens of text of a window of ${window}`,
    action: 'Half of a window is usual: every token then has at least as many before it.',
  });
}

/** Documents of one token, or of none. */
export function nothingToPredict(): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/nothing-to-predict',
    subject: 'the text',
    found: 'no document of more than one token',
    expected: 'at least one token that stands behind another',
    action: 'Check the file.',
  });
}

/** A row that is no document. */
export function noText(file: string, line: number, value: unknown): LinchpinError {
  return new LinchpinError({
    code: 'perplexity/no-text',
    subject: `${file}:${line}`,
    found: value === undefined ? 'no field `text`' : `a \`text\` of type ${value === null ? 'null' : typeof value}`,
    expected: 'an object with a string `text`',
    action: 'Correct the row; a plain text must not be named .jsonl, .ndjson or .json.',
  });
}
