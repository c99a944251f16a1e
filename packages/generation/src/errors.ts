import { LinchpinError } from '@linchpin/errors';

/** Nothing that the model could continue. */
export function emptyPrompt(): LinchpinError {
  return new LinchpinError({
    code: 'generation/empty-prompt',
    subject: 'the prompt',
    found: 'no token',
    expected: 'at least one token, which may be a BOS',
    action: 'Write some text, or begin with a BOS.',
  });
}

export function promptTooLong(tokens: number, contextLength: number): LinchpinError {
  return new LinchpinError({
    code: 'generation/prompt-too-long',
    subject: 'the prompt',
    found: `${tokens} tokens`,
    expected: `at most ${contextLength}, the model's context`,
    action: 'Shorten it: nothing is cut off silently.',
  });
}

/** A token id that the model has no embedding for. */
export function idOutOfRange(id: number, vocabularySize: number): LinchpinError {
  return new LinchpinError({
    code: 'generation/id-out-of-range',
    subject: 'the prompt',
    found: `the token id ${id}`,
    expected: `ids from 0 to ${vocabularySize - 1}, the model's vocabulary`,
    action: "Check that the tokenizer is the model's own.",
  });
}

/** The model gave NaN or an infinity where a logit was due. */
export function nonFiniteLogit(value: number, id: number): LinchpinError {
  return new LinchpinError({
    code: 'generation/non-finite',
    subject: 'the model',
    found: `the logit ${value} of token ${id}`,
    expected: 'finite numbers',
    action: 'The checkpoint, or an edit of it, holds NaN, infinite or far too large values; check its weights.',
  });
}

/** A sampling setting outside its range. */
export function settingOutOfRange(setting: string, found: number, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'generation/setting-out-of-range',
    subject: setting,
    found: String(found),
    expected,
    action: 'Choose another value, or leave it out.',
  });
}

/** A seed, and nothing that is drawn. */
export function seedUnused(seed: number): LinchpinError {
  return new LinchpinError({
    code: 'generation/seed-unused',
    subject: '--seed',
    found: `${seed}, although nothing is drawn`,
    expected: '--temperature, --top-k or --top-p beside it',
    action: 'Add --temperature 1 to draw from the model as it is, or leave the seed out.',
  });
}

/** Several beams, and draws. */
export function beamsDrawn(beams: number): LinchpinError {
  return new LinchpinError({
    code: 'generation/beams-drawn',
    subject: '--beams',
    found: `${beams} beside --temperature, --top-k or --top-p`,
    expected: 'either beams or draws: beams are searched for the likeliest text',
    action: 'Leave one of them out.',
  });
}

/** A BOS is asked for, and the tokenizer has none. */
export function noBos(): LinchpinError {
  return new LinchpinError({
    code: 'generation/no-bos',
    subject: 'the tokenizer',
    found: 'no beginning-of-sequence token',
    expected: 'one, because --bos always asks for it',
    action: 'Use --bos never or --bos tokenizer.',
  });
}
