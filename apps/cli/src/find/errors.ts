import { LinchpinError } from '@linchpin/errors';

/** `why` are the figures for which nothing counts as a super weight. */
export function noSuperWeightFound(model: string, why: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/no-super-weight-found',
    subject: `--super-weight auto of ${model}`,
    found: why,
    expected: 'a weight that makes a spike by itself and without which the loss rises',
    action: '`linchpin find` shows the profile and takes other thresholds; --super-weight LAYER:ROW:COLUMN names one.',
  });
}

export function promptTooLong(what: string, tokens: number, contextLength: number): LinchpinError {
  return new LinchpinError({
    code: 'cli/prompt-too-long',
    subject: what,
    found: `${tokens} token${tokens === 1 ? '' : 's'}`,
    expected: `from 2 to ${contextLength} tokens, which the model takes at once`,
    action: 'Give another text.',
  });
}

export function textUnreadable(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cli/text-unreadable',
    subject: '--text',
    found: `${file}, which cannot be read`,
    expected: 'a text file',
    action: 'Check the path.',
    cause,
  });
}
