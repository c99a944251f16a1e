import { LinchpinError, type Problem } from '@linchpin/errors';

/** A task that is not there. */
export function unknownTask(name: string, nearest: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'tasks/unknown-task',
    subject: 'task',
    found: name,
    expected: `one of ${known.join(', ')}`,
    action: nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : 'Check the spelling.',
  });
}

/** A field of a row that is missing or holds something else than the task needs. */
export function badRow(
  place: { readonly task: string; readonly field: string },
  found: string,
  expected: string,
): LinchpinError {
  return new LinchpinError({
    code: 'tasks/bad-row',
    subject: `${place.task}, ${place.field === '' ? 'the row' : `field ${place.field}`}`,
    found,
    expected,
    action: 'Check that the file holds this data set, in the fields of the hub.',
  });
}

/** A bad row with its place in a file. */
export function badRowAt(
  place: { readonly file: string; readonly line: number },
  problem: Problem,
  cause: unknown,
): LinchpinError {
  return new LinchpinError({ ...problem, subject: `${place.file}:${place.line}: ${problem.subject}`, cause });
}

/** A number of items that is none. */
export function badLimit(limit: number): LinchpinError {
  return new LinchpinError({
    code: 'tasks/bad-limit',
    subject: 'limit of items',
    found: String(limit),
    expected: 'a whole number, 1 or more',
    action: 'Give the number of items to score, or leave the limit out to score them all.',
  });
}
