import { LinchpinError } from '@linchpin/errors';

/** A number of bootstrap replicates that is none. */
export function badReplicates(replicates: number): LinchpinError {
  return new LinchpinError({
    code: 'metrics/bad-replicates',
    subject: 'bootstrap replicates',
    found: String(replicates),
    expected: 'a whole number, 0 or more',
    action: 'Give 100000 for the digits of lm-evaluation-harness, or 0 for no standard error.',
  });
}
