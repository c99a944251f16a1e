import { LinchpinError } from '@linchpin/errors';

/** A share that is no share. */
export function invalidFraction(fraction: number): LinchpinError {
  return new LinchpinError({
    code: 'prune-outliers/invalid-fraction',
    subject: 'prune-outliers',
    found: `the fraction ${fraction}`,
    expected: 'a number from 0 to 1',
    action: 'The paper uses 1e-6: sixteen weights of a 4096 × 4096 matrix.',
  });
}

/** A number of weights that is none. */
export function invalidCount(count: number): LinchpinError {
  return new LinchpinError({
    code: 'prune-outliers/invalid-count',
    subject: 'prune-outliers',
    found: `the count ${count}`,
    expected: 'a whole number of at least 1',
    action: 'The paper speaks of 7000, over all matrices together.',
  });
}

/** Both ways to say how many. */
export function fractionAndCount(): LinchpinError {
  return new LinchpinError({
    code: 'prune-outliers/fraction-and-count',
    subject: 'prune-outliers',
    found: 'a fraction and a count',
    expected: 'one of them: a share of each matrix, or a number over all matrices together',
    action: 'Leave one of the two out.',
  });
}
