import { LinchpinError, nearestNames } from '@linchpin/errors';

/** A command about runs, and no store that could have any. */
export function noStore(folder: string | false | undefined): LinchpinError {
  return new LinchpinError({
    code: 'cli/no-store',
    subject: '--store',
    found: typeof folder === 'string' ? `no folder ${folder}` : 'no store',
    expected: 'the folder of a store in which runs were recorded',
    action: 'Name the folder with --store, or change to the one in which the commands were run.',
  });
}

/** A flag names what the run does not have. */
export function notInRun(flag: string, name: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(name, known);
  const names = near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`;
  return new LinchpinError({
    code: 'cli/not-in-run',
    subject: flag,
    found: `"${name}"`,
    expected: known.length === 0 ? 'a run of which something was kept; of this one nothing was' : names,
    action: 'Leave the flag out to see everything that the run has.',
  });
}

/** `--flipped` names a run that has no item in common with the one that is shown. */
export function nothingToCompare(run: string, other: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/nothing-to-compare',
    subject: `--flipped ${other}`,
    found: `no item that run ${run} has, too, or several parts of a task that do not say which is meant`,
    expected: 'a run of the same tasks, with the same models and labels or one part a task',
    action: '`linchpin runs ls` lists the runs with their commands.',
  });
}
