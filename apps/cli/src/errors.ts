import { LinchpinError } from '@linchpin/errors';

/** A name of something that can be chosen and is not there. */
function unknownName(
  problem: { code: string; subject: string; action: string },
  found: string,
  choice: { near: readonly string[]; known: readonly string[] },
): LinchpinError {
  const { near, known } = choice;
  return new LinchpinError({
    ...problem,
    found: `"${found}"`,
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`,
  });
}

export function unknownIntervention(name: string, near: readonly string[], known: readonly string[]): LinchpinError {
  const action = '`linchpin ls interventions` lists them with their options.';
  return unknownName({ code: 'cli/unknown-intervention', subject: '--intervention', action }, name, { near, known });
}

export function unknownTable(found: string, known: readonly string[]): LinchpinError {
  const action = '`linchpin ls tables` says what each shows.';
  return unknownName({ code: 'cli/unknown-table', subject: 'linchpin table', action }, found, { near: [], known });
}

/** A flag that is about one model, and several models. */
export function severalModels(flag: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/several-models',
    subject: flag,
    found: 'several models',
    expected: 'one model, which it is about',
    action: 'Ask for one model at a time, or leave the flag out.',
  });
}

/** A flag that would change nothing. */
export function tableFlagNotTaken(flag: string, numbers: string, takes: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/flag-not-taken',
    subject: `linchpin table ${numbers}`,
    found: `${flag}, which changes nothing there`,
    expected: takes.length > 0 ? `of such flags ${takes.join(', ')}` : 'none of such flags',
    action: 'Leave the flag out.',
  });
}

/** A flag for one table, and several tables. */
export function severalTables(flag: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/several-tables',
    subject: flag,
    found: 'several tables',
    expected: 'one table',
    action: 'Ask for one table at a time, or leave the flag out.',
  });
}

export function unknownList(found: string, near: readonly string[], known: readonly string[]): LinchpinError {
  const action = 'Choose one of them.';
  return unknownName({ code: 'cli/unknown-list', subject: 'linchpin ls', action }, found, { near, known });
}

/** Neither the name of a corpus nor a file. */
export function unknownCorpus(found: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-corpus',
    subject: '--corpus',
    found: `"${found}", where no file is`,
    expected: `${known.join(', ')}, or the path of a text or JSONL file`,
    action: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Check the path.',
  });
}

/** `options` says what each option of the intervention means. */
export function invalidInterventionOptions(
  name: string,
  found: string,
  options: Readonly<Record<string, string>>,
): LinchpinError {
  const known = Object.entries(options).map(([option, meaning]) => `${option} (${meaning})`);
  return new LinchpinError({
    code: 'cli/invalid-intervention-options',
    subject: `--intervention ${name}`,
    found,
    expected: known.length > 0 ? `a JSON object with ${known.join('; ')}` : 'no options',
    action: `Write --intervention '${name}:{"option": value}'.`,
  });
}

export function notAFolder(flag: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/not-a-folder',
    subject: flag,
    found: `"${found}", where no folder is`,
    expected: 'a folder',
    action: 'Check the path.',
  });
}

/** Super weights that nothing asks for: a flag without effect would look like an intervention without effect. */
export function superWeightUnused(given: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/super-weight-unused',
    subject: '--super-weight',
    found: `${given.join(', ')}, which no intervention asks for`,
    expected: 'an intervention that takes the super weights of the model',
    action: 'Add one, for example --intervention prune-super-weight, or leave the flag out.',
  });
}

/** What is wrong with the content of a file. */
export function problemIn(file: string, error: LinchpinError): LinchpinError {
  return new LinchpinError({ ...error.problem, subject: `${file}: ${error.problem.subject}`, cause: error });
}

/** `cause` is what the file system says, or in words what is at the path. */
export function cannotWrite(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cli/cannot-write',
    subject: file,
    found: reasonOf(cause),
    expected: 'a place where a file can be written',
    action: 'Make its folder, change the permissions, or choose another place.',
    cause,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'a folder that does not exist',
  ENOTDIR: 'a path that leads through a file',
  EEXIST: 'a file where a folder is needed',
  EACCES: 'a folder without permission to write',
  EPERM: 'a folder without permission to write',
  EROFS: 'a read-only file system',
  ENOSPC: 'a full disk',
};

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return reasons['code' in cause ? String(cause.code) : ''] ?? cause.message;
}

/** An option of `--quantize` under which a row would not be what its label says; `owners` are labels by option. */
export function rowOption(name: string, value: unknown, owners: ReadonlyMap<string, string>): LinchpinError {
  const own = [...owners].map(([option, label]) => `${option} (of the row ${label})`);
  return new LinchpinError({
    code: 'cli/row-option',
    subject: `--quantize: ${name}`,
    found: JSON.stringify(value),
    expected: `options that all quantized rows can have, or what a row is made of: ${own.join(', ')}`,
    action: 'The rows are what their labels say; use `linchpin perplexity --intervention quantize:…` for another one.',
  });
}

/** A flag of activation scales beside interventions that need none. */
export function calibrationUnused(flag: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/calibration-unused',
    subject: flag,
    found: 'no intervention that asks for activation scales',
    expected: 'one that does, for example --intervention \'quantize:{"preset": "paper-smoothquant"}\'',
    action: 'Add it, or leave the flag out.',
  });
}
