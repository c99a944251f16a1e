import { LinchpinError } from '@linchpin/errors';

export function unknownFigure(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-figure',
    subject: 'linchpin figure',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: '`linchpin ls figures` says what each shows.',
  });
}

/** A flag that would change nothing. */
export function flagNotTaken(flag: string, number: number, takes: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/flag-not-taken',
    subject: `linchpin figure ${number}`,
    found: `${flag}, which means nothing to this figure`,
    expected: takes.length > 0 ? `of such flags ${takes.join(', ')}` : 'none of such flags',
    action: 'Leave the flag out.',
  });
}

export function noBlockFits(model: string, tried: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/no-block-fits',
    subject: model,
    found: `matrices that none of the block sizes ${tried.join(', ')} divides`,
    expected: 'block sizes that divide every matrix of the layers',
    action: 'Choose them with --blocks; channel and tensor always fit.',
  });
}
