import { describeValue, LinchpinError, type Problem } from '@linchpin/errors';

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

/** A task of the user's whose name stands for something else already. */
export function nameTaken(name: string, taken: string): LinchpinError {
  return new LinchpinError({
    code: 'tasks/name-taken',
    subject: `task ${name} of linchpin.config.ts`,
    found: `the name of ${taken}`,
    expected: 'a name of its own, or that of one task of the project, in whose place it then counts',
    action: 'Give the task another name.',
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

/** A function of a definition that throws for a row. */
export function failingFunction(
  { task, part }: { readonly task: string; readonly part: string },
  cause: unknown,
): LinchpinError {
  return new LinchpinError({
    code: 'tasks/failing-function',
    subject: `${task}, ${part}`,
    found: `a function that throws (${cause instanceof Error ? cause.message : String(cause)})`,
    expected: 'what it makes of the row',
    action: 'Correct the row, or the function.',
    cause,
  });
}

/** A definition of a task with a part that is missing or something else; `part` is empty for the whole of it. */
export function badDefinition(
  { task, part }: { readonly task: string; readonly part: string },
  found: unknown,
  expected: string,
): LinchpinError {
  return new LinchpinError({
    code: 'tasks/bad-definition',
    subject: `task ${task}${part === '' ? '' : `, ${part}`}`,
    found: describeValue(found),
    expected,
    action: 'Correct the definition; docs/own-tasks.md says what a task consists of.',
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

/** Task files that include each other; the first of `files` is also the last one. */
export function circularInclude(files: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'tasks/circular-include',
    subject: `${files[0]!}: include`,
    found: `a circle, ${files.join(' → ')}`,
    expected: 'files that come to an end',
    action: 'Take one of these includes out.',
  });
}

/** A part of a task file of lm-evaluation-harness that is not carried out. */
export function unsupportedTaskPart(
  file: string,
  part: string,
  { found, expected = 'multiple choice by templates alone, with acc and acc_norm' }: TaskPartProblem,
): LinchpinError {
  return new LinchpinError({
    code: 'tasks/unsupported-task-part',
    subject: `${file}: ${part}`,
    found,
    expected,
    action:
      'Correct the part, leave it out where the numbers allow it, or write the task as a definition (docs/own-tasks.md).',
  });
}

export interface TaskPartProblem {
  readonly found: string;
  /** What is carried out at all, when absent. */
  readonly expected?: string;
}

/** A split of a task file whose rows lie nowhere; `part` is what asks for it. */
export function noFileOfSplit(file: string, part: string, split: string): LinchpinError {
  return new LinchpinError({
    code: 'tasks/no-file-of-split',
    subject: `${file}: ${part}`,
    found: `rows of the split ${split} that are asked for, and no file of them`,
    expected:
      'a file in dataset_kwargs.data_files or beside the task file, or a dataset_path that `linchpin data ls` lists',
    action: `Give it as { yaml: …, files: { ${split}: 'PATH' } }.`,
  });
}

/** Files for a split that a task file does not name. */
export function unknownSplit(file: string, split: string, splits: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'tasks/unknown-split',
    subject: `files of ${file}`,
    found: `a file for ${describeValue(split)}, a split that the task does not name`,
    expected: `one of ${splits.join(', ')}`,
    action: 'Correct the name, or take the file out.',
  });
}

/** Where a row is wrong. */
export interface RowPlace {
  readonly task: string;
  /** Empty for the row itself. */
  readonly field: string;
  /** Whether the task is one of the user's, whose rows are in no form of the hub. */
  readonly isOwn?: boolean;
}

/** A field of a row that is missing or holds something else than the task needs. */
export function badRow({ task, field, isOwn = false }: RowPlace, found: unknown, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'tasks/bad-row',
    subject: `${task}, ${field === '' ? 'the row' : `field ${field}`}`,
    found: describeValue(found),
    expected,
    action: isOwn
      ? 'Correct the row, or what the task makes of its fields.'
      : 'Check that the file holds this data set, in the fields of the hub.',
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

const wholeFrom0 = 'a whole number, 0 or more';

type AskedNumber = 'limit' | 'num-fewshot' | 'fewshot-seed' | 'sample' | 'sample-seed';

const numbers: Readonly<Record<AskedNumber, Pick<Problem, 'subject' | 'expected'>>> = {
  limit: { subject: 'limit of items', expected: 'a whole number, 1 or more, or a share between 0 and 1' },
  'num-fewshot': { subject: 'number of few-shot examples', expected: `${wholeFrom0}, or published` },
  'fewshot-seed': { subject: 'seed of examples', expected: wholeFrom0 },
  sample: { subject: 'items of a sample', expected: 'a whole number, 1 or more' },
  'sample-seed': { subject: 'seed of a sample', expected: wholeFrom0 },
};

/** A number of what is asked that is none, or not one of its kind. */
export function badNumber(what: AskedNumber, found: unknown): LinchpinError {
  const action = 'Correct the number, or leave it out.';
  return new LinchpinError({ code: `tasks/bad-${what}`, ...numbers[what], found: describeValue(found), action });
}
