import { LinchpinError } from '@linchpin/errors';

/** A range without a number, or one that float64 cannot count exactly. */
export function emptyRange(low: number, high: number): LinchpinError {
  return new LinchpinError({
    code: 'random/empty-range',
    subject: 'random draw',
    found: `the range from ${low} to ${high}`,
    expected: 'two safe integers, the first not above the second, that span a range this draw supports',
    action: 'Check the length of what is drawn from.',
  });
}

/** More different things asked for than there are. */
export function sampleTooLarge(population: number, count: number): LinchpinError {
  return new LinchpinError({
    code: 'random/sample-too-large',
    subject: 'random sample',
    found: `a sample of ${count} from ${population}`,
    expected: `a sample of 0 to ${population}`,
    action: 'Ask for fewer, or draw with replacement.',
  });
}

/** Bits that a JavaScript number cannot hold. */
export function unsupportedBits(bits: number): LinchpinError {
  return new LinchpinError({
    code: 'random/unsupported-bits',
    subject: 'getrandbits',
    found: `${bits} bits`,
    expected: 'an integer from 0 to 53',
    action: 'Draw long integers in parts.',
  });
}

/** A seed that is no integer. */
export function notAnInteger(seed: number): LinchpinError {
  return new LinchpinError({
    code: 'random/not-an-integer',
    subject: 'seed',
    found: String(seed),
    expected: 'an integer within ±(2^53 − 1), or a bigint',
    action: 'Round the seed, or give a bigint.',
  });
}
