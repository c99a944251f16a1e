import { LinchpinError } from '@linchpin/errors';

const forms = 'numbers separated by commas, such as 0,0.5,1, or a range FIRST:LAST:STEP, such as 0:3:0.25';

/** A list or range of factors that cannot be read. */
export function invalidFactors(text: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/invalid-factors',
    subject: '--factors',
    found: `"${text}", ${found}`,
    expected: forms,
    action: 'Correct the list; 1 is always among the factors.',
  });
}
