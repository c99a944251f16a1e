import { LinchpinError } from '@linchpin/errors';

/** The other program did not finish. */
export function peerFailed(python: string, code: number | null): LinchpinError {
  return new LinchpinError({
    code: 'bench/peer-failed',
    subject: python,
    found: `exit code ${code}`,
    expected: '0',
    action: 'Its own message is above.',
  });
}

/** The other program's Python lacks something, or has it in too old a version. */
export function peerIncomplete(python: string, faults: readonly string[], expected: string): LinchpinError {
  return new LinchpinError({
    code: 'bench/peer-incomplete',
    subject: `--python ${python}`,
    found: faults.join(', '),
    expected,
    action: `Install them there (${python} -m pip install "lm-eval[hf]>=0.4.12"), give another Python, or leave --python out.`,
  });
}

/** What was given as Python does not answer as Python does. */
export function peerSilent(python: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'bench/peer-silent',
    subject: `--python ${python}`,
    found,
    expected: 'a Python that says which packages it has',
    action:
      'Give the python of an environment that has what --help names, such as venv/bin/python, or leave --python out.',
  });
}

/** The script that runs the other program is not there. */
export function noPeerScript(script: string): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-peer-script',
    subject: '--peer-script',
    found: `no file ${script}`,
    expected: 'the script that runs lm-evaluation-harness on local files',
    action: 'Give its path, set LINCHPIN_SHARED to the folder that has peers/lm_eval_local.py, or leave --python out.',
  });
}

/** A script for a program that is not asked for. */
export function peerScriptWithoutPython(): LinchpinError {
  return new LinchpinError({
    code: 'bench/peer-script-without-python',
    subject: '--peer-script',
    found: 'no --python',
    expected: 'both, or neither',
    action: 'Give --python too, or leave --peer-script out.',
  });
}

/** A tokenizer that was asked for; without being asked for one, a run does with the mini model. */
export function noTokenizer(folder: string): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-tokenizer',
    subject: '--tokenizer',
    found: `no tokenizer.json in ${folder}`,
    expected: "a folder with a model's tokenizer",
    action: 'Check the path, or give another folder as --tokenizer, such as models/mini.',
  });
}

/** Nowhere to put checkpoints and profiles for the time of the run. */
export function noTemporaryFolder(folder: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-temporary-folder',
    subject: folder,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a folder that can be written, on a disk with space left',
    action: 'Free space or permissions, or name another folder as TMPDIR.',
    cause,
  });
}

/** A file of measurements that cannot be read. */
export function unreadableFile(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'bench/unreadable-file',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'JSON that a run has written',
    action: 'Restore the file, or give another one.',
    cause,
  });
}

/** Ratios are committed all together: without some of them the next check would pass over these. */
export function baselineIncomplete(missing: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'bench/baseline-incomplete',
    subject: '--write-baseline',
    found: `no number for ${missing.join('; ')}`,
    expected: 'all ratios of the set-up',
    action: 'The baseline stays as it was: measure again once what failed is mended.',
  });
}

/** The scale measurements ended before their time. */
export function seriesIncomplete(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'bench/series-incomplete',
    subject: 'the scale measurements',
    found: `a failure: ${cause instanceof Error ? cause.message : String(cause)}`,
    expected: 'all series',
    action: `What was measured before is in ${file}; the page is as it was.`,
    cause,
  });
}

/** The other program could not be started. */
export function noPeer(python: string, cause: Error): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-peer',
    subject: '--python',
    found: `${python}, which cannot be started: ${cause.message}`,
    expected: 'the python of an environment that has what --help names',
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
    action: 'Run it by itself with `npm run -s linchpin -- …`.',
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

/** A flag that says how shapes are timed, where none is. */
export function onlyOfShapes(flag: string): LinchpinError {
  return new LinchpinError({
    code: 'bench/only-of-shapes',
    subject: `--${flag}`,
    found: 'no shape to time, by --shapes none',
    expected: 'at least one, for the checks of the embedded model are those of float32 alone',
    action: `Name a shape, or leave --${flag} out.`,
  });
}

/** Neither the checks of the embedded model nor a shape. */
export function nothingToCheck(): LinchpinError {
  return new LinchpinError({
    code: 'bench/nothing-to-check',
    subject: '--no-checks and --shapes none',
    found: 'both',
    expected: 'at most one of them',
    action: 'Ask for the checks, for shapes to time, or for both.',
  });
}

/** The CPU, which others are compared with; `why` is what made `auto` take it. */
export function noDeviceToCheck(why: string | undefined): LinchpinError {
  return new LinchpinError({
    code: 'bench/no-device-to-check',
    subject: '--device',
    found:
      why === undefined ? 'the CPU, which would be compared with itself' : `with auto no device but the CPU, ${why}`,
    expected: 'a device beside the CPU',
    action: 'Install what `linchpin ls devices` says, or name a device that is there.',
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

/** Ratios of training that are larger than they should be, or of which a side was not measured. */
export function goalsMissed(missed: readonly string[], notMeasured: readonly string[]): LinchpinError {
  const found = [
    ...(missed.length > 0 ? [`ratios that are larger than they should be: ${missed.join('; ')}`] : []),
    ...(notMeasured.length > 0 ? [`ratios that were not measured: ${notMeasured.join('; ')}`] : []),
  ];
  return new LinchpinError({
    code: 'bench/goals-missed',
    subject: 'bench:train --check',
    found: found.join(', and '),
    expected: 'all ratios as in the table',
    action: 'Measure all methods with --python on a quiet machine; what is missed then has become slower.',
  });
}

/** A device that does not compute what the CPU does. */
export function checksFailed(names: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'bench/checks-failed',
    subject: 'bench:device',
    found: `other numbers than on the CPU: ${names.join('; ')}`,
    expected: 'equal counts, and log-likelihoods within rounding',
    action: 'Look at the table for the differences; with equal drivers and shapes this is a bug to report.',
  });
}
