import { LinchpinError, nearestNames } from '@linchpin/errors';

/** A task or label is asked for that the run does not have. */
export function notInRun(what: 'task' | 'label', name: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(name, known);
  const names = near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`;
  return new LinchpinError({
    code: 'run-store/not-in-run',
    subject: what,
    found: `"${name}"`,
    expected: known.length === 0 ? 'a run of which something was kept; of this one nothing was' : names,
    action: `Leave --${what} out to see everything that the run has.`,
  });
}

/** A task or label of the run of which there are no items: an average of a group has none of its own. */
export function noItems(names: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'run-store/no-items',
    subject: names.join(', '),
    found: 'no items',
    expected:
      'a task or corpus that was run, under this label where one is named; an average of a group has no items of its own',
    action: 'Name another one, or a task of the group.',
  });
}

/** A run has no item in common with the one whose flipped items are asked for. */
export function nothingToCompare(run: string, other: string): LinchpinError {
  return new LinchpinError({
    code: 'run-store/nothing-to-compare',
    subject: `run ${run} beside ${other}`,
    found: 'no item that both have, or several parts of a task that do not say which is meant',
    expected: 'a run of the same tasks, with the same models and labels or one part a task',
    action: 'Choose another run; `linchpin runs ls` lists them with their commands.',
  });
}
