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

/** A pattern that no name fits. */
export function noTaskMatches(pattern: string): LinchpinError {
  return new LinchpinError({
    code: 'tasks/no-match',
    subject: 'tasks',
    found: `${pattern}, which fits no task, group or tag`,
    expected: 'a pattern as mmlu_* that fits a name of `linchpin ls tasks`',
    action: 'Check the pattern, and put it in quotes, so that the shell leaves it alone.',
  });
}

/** A template that cannot be read, or not carried out on a row. */
export function badTemplate(
  { task, part }: { readonly task: string; readonly part: string },
  source: string,
  cause: unknown,
): LinchpinError {
  return new LinchpinError({
    code: 'tasks/bad-template',
    subject: `${task}, ${part}`,
    found: `${JSON.stringify(source)} (${cause instanceof Error ? cause.message : String(cause)})`,
    expected: 'Jinja over the fields of a row, without what needs Python',
    action: 'Check the template, or write a function of the row in linchpin.config.ts.',
    cause,
  });
}

/** A definition of a task with a part that is missing or something else. */
export function badDefinition(task: string, part: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'tasks/bad-definition',
    subject: `task ${task}${part === '' ? '' : `, ${part}`}`,
    found: 'something else, or nothing',
    expected,
    action: 'See the page about tasks of your own for what a task consists of.',
  });
}

/** A task file of lm-evaluation-harness that cannot be read. */
export function unreadableTaskFile(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'tasks/unreadable-task-file',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a task in YAML, as lm-evaluation-harness has them',
    action: 'Check the path and the file.',
    cause,
  });
}

/** A part of a task file of lm-evaluation-harness that is not carried out. */
export function unsupportedTaskPart(file: string, part: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'tasks/unsupported-task-part',
    subject: `${file}: ${part}`,
    found,
    expected:
      'multiple choice by templates, without Python, other metrics than acc and acc_norm, or prompts from elsewhere',
    action: 'Leave the part out where the numbers allow it, or write the task in linchpin.config.ts.',
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
    expected: 'a whole number, 1 or more, or a share between 0 and 1',
    action: 'Give the number of items to score, or leave the limit out to score them all.',
  });
}

/** A number of examples that is none. */
export function badNumFewshot(found: unknown): LinchpinError {
  return new LinchpinError({
    code: 'tasks/bad-num-fewshot',
    subject: 'number of few-shot examples',
    found: String(found),
    expected: 'a whole number, 0 or more, or published',
    action: 'Give how many examples stand before each question.',
  });
}

/** Fewer examples than a prompt is to have. */
export function tooFewExamples(asked: number, found: number): LinchpinError {
  return new LinchpinError({
    code: 'tasks/too-few-examples',
    subject: 'few-shot examples',
    found: `${found} rows to draw ${asked} examples from`,
    expected: 'as many rows as examples, and one more where a question must not be its own example',
    action: 'Ask for fewer examples, or give a larger file of them.',
  });
}

/** A task with which no number of examples is customary. */
export function noPublishedFewshot(task: string): LinchpinError {
  return new LinchpinError({
    code: 'tasks/no-published-fewshot',
    subject: `task ${task}`,
    found: 'no number of examples that published results agree on',
    expected: 'a task such as arc_challenge, hellaswag, winogrande or mmlu',
    action: 'Give the number of examples itself.',
  });
}
