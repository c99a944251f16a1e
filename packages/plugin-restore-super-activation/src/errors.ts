import { LinchpinError } from '@linchpin/errors';

/** Nothing before this intervention has changed the channel. */
export function nothingToRestore(tensor: string, row: number): LinchpinError {
  return new LinchpinError({
    code: 'restore-super-activation/nothing-to-restore',
    subject: 'restore-super-activation',
    found: `no earlier edit of row ${row} of ${tensor}`,
    expected: 'an intervention before it that takes the super weight away',
    action: 'Put prune-super-weight first: interventions run in the order in which they are given.',
  });
}
