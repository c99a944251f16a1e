import { LinchpinError } from '@linchpin/errors';

/** A text that is run as one sequence. */
export function promptTooLong(what: string, tokens: number, contextLength: number): LinchpinError {
  return new LinchpinError({
    code: 'execution/prompt-too-long',
    subject: what,
    found: `${tokens} token${tokens === 1 ? '' : 's'}`,
    expected: `from 2 to ${contextLength} tokens, which the model takes at once`,
    action: 'Give another text.',
  });
}
