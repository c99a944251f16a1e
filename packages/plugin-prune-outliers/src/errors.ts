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
