import { LinchpinError } from '@linchpin/errors';

/** A seed, and nothing that is drawn. */
export function seedUnused(seed: number): LinchpinError {
  return new LinchpinError({
    code: 'cli/seed-unused',
    subject: '--seed',
    found: `${seed}, although nothing is drawn`,
    expected: '--temperature, --top-k or --top-p beside it',
    action: 'Add --temperature 1 to draw from the model as it is, or leave the seed out.',
  });
}

/** A BOS is asked for, and the tokenizer has none. */
export function noBos(): LinchpinError {
  return new LinchpinError({
    code: 'cli/no-bos',
    subject: 'the tokenizer',
    found: 'no beginning-of-sequence token',
    expected: 'one, because --bos always asks for it',
    action: 'Use --bos never or --bos tokenizer.',
  });
}
