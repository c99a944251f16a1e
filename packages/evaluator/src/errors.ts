import { LinchpinError } from '@linchpin/errors';

/** The model gave NaN or an infinity where a log-probability was due. */
export function nonFiniteScore(value: number, tokens: number): LinchpinError {
  return new LinchpinError({
    code: 'evaluator/non-finite',
    subject: 'the model',
    found: `the log-likelihood ${value} in a question of ${tokens} tokens`,
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
