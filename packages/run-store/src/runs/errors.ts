import { LinchpinError } from '@linchpin/errors';
import type { PartPlace } from './run-record.ts';

const listing = '`linchpin runs ls` lists them.';

/** How many ids an error names. */
const shownIds = 5;

/** A run is named, and the store has none. */
export function noRuns(file: string, name: string): LinchpinError {
  return new LinchpinError({
    code: 'run-store/no-runs',
    subject: `run ${name}`,
    found: `no runs in ${file}`,
    expected: 'a store that runs were recorded in',
    action: 'Run a command with this store, take a run in with `linchpin runs import`, or give another --store.',
  });
}

/** No run has such an id. */
export function unknownRun(name: string, ids: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'run-store/unknown-run',
    subject: `run ${name}`,
    found: `no run whose id begins so; the last ones are ${ids.slice(-shownIds).join(', ')}`,
    expected: 'the id of a run, a beginning of it, or latest',
    action: listing,
  });
}

/** Several runs have an id that begins so. */
export function ambiguousRun(name: string, ids: readonly string[]): LinchpinError {
  const more = ids.length > shownIds ? ` and ${ids.length - shownIds} more` : '';
  return new LinchpinError({
    code: 'run-store/ambiguous-run',
    subject: `run ${name}`,
    found: `${ids.slice(0, shownIds).join(', ')}${more}`,
    expected: 'an id, or a beginning that only one run has',
    action: 'Give more of the id.',
  });
}

/** A run that still goes on cannot be removed or exported. */
export function runAtWork(id: string): LinchpinError {
  return new LinchpinError({
    code: 'run-store/run-at-work',
    subject: `run ${id}`,
    found: 'it is running',
    expected: 'a run that has ended',
    action: 'Wait for its end, or end it with Ctrl-C.',
  });
}

/** What the store has of a part is not what was written. */
export function damagedRun({ run, part }: PartPlace): LinchpinError {
  return new LinchpinError({
    code: 'run-store/damaged-run',
    subject: `run ${run}`,
    found: `part ${part + 1} does not have the checksum that it was written with`,
    expected: 'the part as it was written',
    action: `Remove the run with \`linchpin runs rm ${run}\`, and take it in again from a file or run its command again.`,
  });
}

/** A run of the same id lies in the store, and it is another one. */
export function otherRunOfId(file: string, id: string): LinchpinError {
  return new LinchpinError({
    code: 'run-store/other-run-of-id',
    subject: file,
    found: `run ${id}, of which the store has another content`,
    expected: 'a run that the store does not have, or has just so',
    action: `If the file is the right one, remove the other with \`linchpin runs rm ${id}\` first.`,
  });
}
