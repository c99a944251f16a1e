import { LinchpinError, type Problem } from '@linchpin/errors';

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

/** An error of a library, told to whoever has given flags. */
export function inOtherWords(problem: Problem): LinchpinError {
  return new LinchpinError(problem);
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

/** A flag that would change nothing; `takes` are flags of its kind that would not. */
export function flagNotTaken(flag: string, command: string, takes: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/flag-not-taken',
    subject: command,
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

/** A paper that no table is of. */
export function unknownPaper(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-paper',
    subject: 'paper',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: '`linchpin ls tables` lists what may be asked for.',
  });
}

export function unknownList(found: string, near: readonly string[], known: readonly string[]): LinchpinError {
  const action = 'Choose one of them.';
  return unknownName({ code: 'cli/unknown-list', subject: 'linchpin ls', action }, found, { near, known });
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

/** A file of the cache that is not what the hub has. It may be another program's, too, and is left to its owner. */
export function dataDamaged(
  name: string,
  { damage, file }: Readonly<Record<'damage' | 'file', string>>,
): LinchpinError {
  return new LinchpinError({
    code: 'cli/data-damaged',
    subject: `data set ${name}`,
    found: `a damaged file in the cache of the Hub (${damage})`,
    expected: 'the file that the Hub has',
    action: `Remove ${file}, and run \`linchpin data fetch ${name}\` again.`,
  });
}

/** A data set that is to be verified, and not in the cache. */
export function dataNotFetched(name: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/data-not-fetched',
    subject: `data set ${name}`,
    found: 'nothing of it in the cache of the Hub',
    expected: 'a data set that was fetched',
    action: `Run \`linchpin data fetch ${name}\` before.`,
  });
}

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

/** A seed of nothing that is drawn. */
export function seedUnused(): LinchpinError {
  return new LinchpinError({
    code: 'cli/seed-unused',
    subject: '--seed',
    found: 'a seed, and no --sample that it would draw',
    expected: '--sample N beside it; examples are drawn from --fewshot-seed',
    action: 'Add --sample, or leave --seed out.',
  });
}
