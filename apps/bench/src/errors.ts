import { LinchpinError } from '@linchpin/errors';

/** The other program did not finish. */
export function peerFailed(python: string, code: number | null): LinchpinError {
  return new LinchpinError({
    code: 'bench/peer-failed',
    subject: python,
    found: `exit code ${code}`,
    expected: '0',
    action: 'Its own message is above; lm-eval, transformers and accelerate have to be installed there.',
  });
}

/** A process that measures ended before it was done. */
export function measurementFailed(code: number | null): LinchpinError {
  return new LinchpinError({
    code: 'bench/measurement-failed',
    subject: 'a measuring process',
    found: code === null ? 'ended by a signal, as it is where memory runs out' : `exit code ${code}`,
    expected: 'a result',
    action: 'Its own message is above; ask for fewer sessions, a smaller shape or fewer batch tokens.',
  });
}

/** onnxruntime was asked for a profile and left none. */
export function noProfile(prefix: string): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-profile',
    subject: prefix,
    found: 'no file of which the name begins so',
    expected: 'the profile that onnxruntime writes when a session ends',
    action: 'Leave the profile out with --no-profile.',
  });
}

/** A set-up that nothing was committed for. */
export function noBaseline(setUp: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-baseline',
    subject: 'apps/bench/baseline.json',
    found: `nothing of ${setUp}`,
    expected: known.length > 0 ? `one of ${known.join('; ')}` : 'ratios of a run',
    action: 'Measure one of these set-ups, or add this one with --write-baseline.',
  });
}
