import { LinchpinError } from '@linchpin/errors';

/** A name that no set of the commonsense table has. */
export function unknownSet(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/unknown-set',
    subject: 'commonsense set',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: 'Choose among these, or leave it out for all of them.',
  });
}

/** A name that no table has. */
export function unknownTable(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/unknown-table',
    subject: 'table',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: '`linchpin ls tables` says what each shows.',
  });
}

/** A name that no figure has. */
export function unknownFigure(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/unknown-figure',
    subject: 'figure',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: '`linchpin ls figures` says what each shows.',
  });
}

/** A name that no protocol has. */
export function unknownProtocol(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/unknown-protocol',
    subject: 'protocol',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: 'The default is that of the paper; llm-adapters is that of the baselines it is compared with.',
  });
}

/** A folder in which none of the sets lies. */
export function noSets(folder: string, looked: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/no-sets',
    subject: folder,
    found: 'none of the commonsense sets in the form of LLM-Adapters',
    expected: `files such as ${looked.join(' or ')}`,
    action: 'Give the folder that holds them with --datasets.',
  });
}

/** A row of a set that is none: `place` is the file and its line or entry. */
export function badRow(place: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/bad-row',
    subject: place,
    found,
    expected: 'an object with the texts `instruction` and `answer`, as LLM-Adapters has it',
    action: 'Correct the row, or give the sets of LLM-Adapters and not those of the hub.',
  });
}

/** Two rows of one label: their numbers could not be told apart. */
export function equalLabels(label: string): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/equal-labels',
    subject: 'rows',
    found: `two with the label "${label}"`,
    expected: 'a label for each row that no other has',
    action: 'Name the rows differently.',
  });
}

/** Widths of matrices that no common size of a block divides. */
export function noBlockFits(widths: readonly number[], sizes: readonly number[]): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/no-block-fits',
    subject: 'size of blocks',
    found: `matrices of the widths ${widths.join(', ')}, which none of ${sizes.join(', ')} divides`,
    expected: 'a size that divides all of them',
    action: 'Give one with --block.',
  });
}

/** A share of the weights that is more than there are blocks of. */
export function blockTooLarge(
  share: number,
  {
    group,
    count,
    blocks,
    block,
  }: { readonly group: string; readonly count: number; readonly blocks: number; readonly block: number },
): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/share-too-large',
    subject: `the share ${share} of the weights`,
    found: `${count} blocks of ${block} × ${block}, of ${blocks} in ${group}`,
    expected: 'a share that has so many blocks',
    action: 'Give smaller shares with --shares.',
  });
}

/** More than one model for an experiment that trains one. */
export function severalModels(count: number): LinchpinError {
  return new LinchpinError({
    code: 'paper-smt/several-models',
    subject: 'models',
    found: `${count} of them`,
    expected: 'one, which is trained',
    action: 'Ask for each by itself, with a folder of its own (--out).',
  });
}
