import { LinchpinError } from '@linchpin/errors';

/** A name of the nightly matrix that stands for nothing. */
export function unknownChain(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'nightly/unknown-chain',
    subject: 'nightly.interventions',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: 'Add a chain of this name to `interventions`.',
  });
}
