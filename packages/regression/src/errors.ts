import { LinchpinError } from '@linchpin/errors';

/** Runs of which no part is in both; each is named as the user calls it. */
export function nothingInCommon(baseline: string, run: string): LinchpinError {
  return new LinchpinError({
    code: 'regression/nothing-in-common',
    subject: `${run} beside ${baseline}`,
    found: 'no task or corpus that both ran on the same model under the same label',
    expected: 'at least one',
    action: 'Choose another baseline; `linchpin show RUN` says what is in a run.',
  });
}
