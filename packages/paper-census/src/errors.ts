import { LinchpinError } from '@linchpin/errors';

export function badFactors(found: string): LinchpinError {
  return new LinchpinError({
    code: 'paper-census/bad-factors',
    subject: 'factors',
    found,
    expected: 'at least one finite number, none of them 1, which ablates nothing, and none twice',
    action: 'Correct the list; a census by itself takes 0 and 0.5.',
  });
}
