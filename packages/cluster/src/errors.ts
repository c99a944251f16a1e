import { LinchpinError } from '@linchpin/errors';

const planAgain = 'Make the plan again with `linchpin plan`, and start its workers anew.';

export function notAPlan(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/not-a-plan',
    subject: file,
    found,
    expected: 'a file that `linchpin plan` has written',
    action: planAgain,
  });
}

export function newerPlan(file: string, found: number, known: number): LinchpinError {
  return new LinchpinError({
    code: 'cluster/newer-plan',
    subject: file,
    found: `version ${found} of the format`,
    expected: `at most ${known}, which is what this version of linchpin knows`,
    action: 'Update linchpin on this machine.',
  });
}

/** A command of which there is nothing to divide. */
export function nothingToPlan(command: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cluster/nothing-to-plan',
    subject: command.join(' '),
    found: 'a command that scores no task and no corpus',
    expected: 'one that runs models: table, sweep, census, figure, evaluate, perplexity or nightly',
    action: 'Run it as it is: there is nothing to divide.',
  });
}

export function repeatedModel(argument: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/repeated-model',
    subject: `--model ${argument}`,
    found: 'a model that is named twice',
    expected: 'every model once',
    action: 'Leave one of the two out.',
  });
}

/** Models for which a machine would decide otherwise about half-precision weights; each with what. */
export function mixedCasts(casts: readonly (readonly [cast: string, model: string])[]): LinchpinError {
  return new LinchpinError({
    code: 'cluster/mixed-casts',
    subject: '--cast-weights',
    found: casts.map(([cast, model]) => `${cast} for ${model}`).join(', '),
    expected: 'one choice for all models, since a machine with other memory would choose otherwise',
    action: 'Give --cast-weights once or --cast-weights every-batch.',
  });
}

/** This machine's copy of something is not what the plan was made of. */
export function differsFromPlan(what: string, found: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/differs-from-plan',
    subject: what,
    found,
    expected: `${expected}, of which the plan was made`,
    action: `Bring to this machine what the plan was made of. If the difference is meant: ${lowerFirst(planAgain)}`,
  });
}

export function badShard(found: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/bad-shard',
    subject: 'shard',
    found,
    expected,
    action: 'Give --shard I/N: the I-th of N, from 1; or start it as a task of an array, which says it.',
  });
}

export function tooManyShards(found: number, most: number): LinchpinError {
  return new LinchpinError({
    code: 'cluster/too-many-shards',
    subject: 'shards',
    found: String(found),
    expected: `at most ${most}`,
    action: 'Give fewer: a plan has no use for more than it has units.',
  });
}

/** What workers have exported belongs to another plan. */
export function otherPlan(file: string, found: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/other-plan',
    subject: file,
    found: `work of plan ${found}`,
    expected: `work of plan ${expected}`,
    action: 'Give every plan a folder of its own with --out.',
  });
}

/** A folder that workers share cannot be written. */
export function exchangeOutOfReach(folder: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cluster/exchange-out-of-reach',
    subject: folder,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a folder that can be written, on a file system with space left',
    action: 'Free space or permissions and start the worker again: it goes on where it was.',
    cause,
  });
}

export function nothingToMerge(found: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/nothing-to-merge',
    subject: found,
    found: 'neither a store, nor a folder of exported work, nor a file of a run or of work',
    expected: 'a folder with store.sqlite, a folder that a worker exported to, or one of its files',
    action: 'Check the path.',
  });
}

/** A merge of which nobody has said what. */
export function noSources(): LinchpinError {
  return new LinchpinError({
    code: 'cluster/no-sources',
    subject: 'linchpin store merge',
    found: 'no source, and no --plan whose work could be one',
    expected: 'stores, folders and files of workers, or files of runs; or --plan',
    action: 'Name what is merged.',
  });
}

export function mergeIntoItself(folder: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/merge-into-itself',
    subject: folder,
    found: 'a store that is merged into itself',
    expected: 'another store with --store',
    action: 'Leave it out of what is merged, or give another --store.',
  });
}

/** A store that is merged, or merged into, was no database any more. */
export function damagedStore(file: string, aside: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/damaged-store',
    subject: file,
    found: `a damaged store, which was moved to ${aside}`,
    expected: 'a store as it was written',
    action: 'Start its worker again, which takes in what it has handed over; or merge that, or a copy of the store.',
  });
}

/** An option that would change nothing. */
export function withoutEffect(flag: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/without-effect',
    subject: flag,
    found,
    expected: 'something that it changes',
    action: `Leave ${flag} out; \`linchpin submit --help\` says what each flag is for.`,
  });
}

/** Text of which a line of a job file cannot be made. */
export function unusableInJob(text: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/unusable-in-job',
    subject: JSON.stringify(text),
    found: 'a line break or another control character',
    expected: 'text of one line',
    action: 'Rename the folder or file, or put the lines into a template of yours.',
  });
}

/** Pods see the claim, which is mounted at one folder, and nothing else. */
export function notInClaim(path: string, folder: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/not-in-claim',
    subject: path,
    found: `a path outside of ${folder}, where the plan was made and pods mount the claim`,
    expected: 'a path inside of it',
    action: 'Make the plan in the folder that the claim holds, and leave plan and work in it.',
  });
}

/** A template that names what there is not. */
export function unknownPlaceholder(file: string, found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cluster/unknown-placeholder',
    subject: file,
    found: `{{${found}}}`,
    expected: `one of ${known.map((name) => `{{${name}}}`).join(', ')}`,
    action: 'Correct the template.',
  });
}

export function templateNotRead(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cluster/template-not-read',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a template that can be read',
    action: 'Check the path, or leave --template out for the one that comes with linchpin.',
    cause,
  });
}

/** What hands jobs over is not there, or has refused them. */
export function engineFailed(command: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/engine-failed',
    subject: command,
    found,
    expected: 'a program that takes the job',
    action: 'Run it on a machine where the engine is installed, or hand over the job file yourself.',
  });
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

export function planNotRead(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cluster/plan-not-read',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a file that `linchpin plan` has written',
    action: 'Check the path.',
    cause,
  });
}

/** A command that several machines cannot share. */
export function notDividable(found: string): LinchpinError {
  return new LinchpinError({
    code: 'cluster/not-dividable',
    subject: 'linchpin plan',
    found: `"${found}"`,
    expected:
      'table, sweep, census, figure, evaluate, perplexity or nightly, without --fresh and --no-store; or a settings file',
    action: 'Give a command that runs models, with its flags.',
  });
}
