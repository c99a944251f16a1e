import { LinchpinError } from '@linchpin/errors';

/** The model gave NaN or an infinity where a log-probability was due. */
export function nonFiniteScore(value: number, tokens: number): LinchpinError {
  return new LinchpinError({
    code: 'evaluator/non-finite',
    subject: 'the model',
    found: `the log-likelihood ${value} of a continuation of ${tokens} tokens`,
    expected: 'finite numbers',
    action: 'The checkpoint, or an edit of it, holds NaN, infinite or far too large values; check its weights.',
  });
}

/** A BOS is asked for, and the tokenizer has none. */
export function noBos(): LinchpinError {
  return new LinchpinError({
    code: 'evaluator/no-bos',
    subject: 'the tokenizer',
    found: 'no beginning-of-sequence token',
    expected: 'one, because --bos always asks for it',
    action: 'Use --bos never or --bos tokenizer.',
  });
}

/** No token that the first one of a whole text could be predicted from. */
export function noPrefixToken(): LinchpinError {
  return new LinchpinError({
    code: 'evaluator/no-prefix-token',
    subject: 'the tokenizer',
    found: 'neither a beginning- nor an end-of-sequence token',
    expected: 'one of them, as what the first token of a text is predicted from',
    action: 'Name bos_token or eos_token in tokenizer_config.json.',
  });
}

/** A task of which nothing could be scored. */
export function noItems(task: string, skipped: number): LinchpinError {
  return new LinchpinError({
    code: 'evaluator/no-items',
    subject: task,
    found: skipped === 0 ? 'no items' : `${skipped} items, none of which can be scored`,
    expected: 'at least one item whose continuations have tokens and fit the model',
    action: skipped === 0 ? 'Check the data file and --limit.' : "Check the model's context length and tokenizer.",
  });
}

/** A token id that the model has no embedding for. */
export function idOutOfRange(id: number, vocabularySize: number): LinchpinError {
  return new LinchpinError({
    code: 'evaluator/id-out-of-range',
    subject: 'a request',
    found: `the token id ${id}`,
    expected: `ids from 0 to ${vocabularySize - 1}, the model's vocabulary`,
    action: "Check that the tokenizer is the model's own.",
  });
}
