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

/** The other program could not be started. */
export function noPeer(python: string, cause: Error): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-peer',
    subject: '--python',
    found: `${python}, which cannot be started: ${cause.message}`,
    expected: 'the python of an environment that has lm-eval',
    action: 'Give its path, such as venv/bin/python, or leave --python out.',
    cause,
  });
}

/** The command line did not finish. */
export function commandFailed(
  command: readonly string[],
  cause: Error & { readonly code: unknown; readonly stderr: string },
): LinchpinError {
  return new LinchpinError({
    code: 'bench/command-failed',
    subject: `linchpin ${command.join(' ')}`,
    found: `exit code ${String(cause.code)}, ${cause.stderr.trim() || 'and no message'}`,
    expected: '0',
    action: 'Run it by itself with `npm run linchpin --`.',
    cause,
  });
}

/** Neither items nor windows. */
export function nothingToMeasure(): LinchpinError {
  return new LinchpinError({
    code: 'bench/nothing-to-measure',
    subject: '--items and --windows',
    found: '0 of both',
    expected: 'at least 1 of one of them',
    action: 'Ask for items of tasks, for windows of running text, or for both.',
  });
}

/** Sessions without a thread of their own would wait for each other. */
export function tooManySessions(sessions: number, threads: number): LinchpinError {
  return new LinchpinError({
    code: 'bench/too-many-sessions',
    subject: '--sessions',
    found: `${sessions} sessions that share ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    expected: 'a thread or more for each',
    action: `Ask for at most ${threads}, or for more --threads where the machine has them.`,
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

/** Ratios of the baseline that this run has no number for. */
export function ratiosNotMeasured(names: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'bench/ratios-not-measured',
    subject: 'apps/bench/baseline.json',
    found: `ratios that this run did not measure: ${names.join('; ')}`,
    expected: 'only ratios that are measured',
    action: 'Measure them again, or take the baseline anew with --write-baseline where they are no more.',
  });
}
