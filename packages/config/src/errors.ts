import { LinchpinError, nearestNames } from '@linchpin/errors';

export function configNotFound(file: string): LinchpinError {
  return new LinchpinError({
    code: 'config/not-found',
    subject: 'settings file',
    found: `"${file}", where no file is`,
    expected: 'a file of settings, such as linchpin.config.ts',
    action: 'Check the path.',
  });
}

/** The file could not be run, or exports nothing by default. */
export function configNotLoaded(file: string, found: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'config/not-loaded',
    subject: file,
    found,
    expected: 'a module with `export default defineConfig({ … })`',
    action: 'Correct the file. Types are stripped, not compiled: enums and parameter properties do not work.',
    cause,
  });
}

/** `path` leads to the value, for example `nightly.tasks[1]`. */
export function invalidConfig(
  file: string,
  problem: { readonly path: string; readonly found: string; readonly expected: string },
): LinchpinError {
  return new LinchpinError({
    code: 'config/invalid',
    subject: problem.path === '' ? file : `${file}: ${problem.path}`,
    found: problem.found,
    expected: problem.expected,
    action: 'Correct the file; docs/nightly.md lists what may stand in it.',
  });
}

/** Neither `original` nor an intervention nor a run. */
export function unknownReference(text: string, known: readonly string[], cause?: unknown): LinchpinError {
  const name = text.split(':', 1)[0]!;
  const near = nearestNames(name, known);
  return new LinchpinError({
    code: 'config/unknown-reference',
    subject: '--reference',
    found: `"${text}"`,
    expected: `original, an intervention as NAME or NAME:JSON${near.length > 0 ? ` (like ${near.join(', ')})` : ''}, or a recorded run`,
    action: '`linchpin ls interventions` and `linchpin runs` list them.',
    cause,
  });
}

/** A run of other models. */
export function referenceOtherModel(run: string, models: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'config/reference-other-model',
    subject: `--reference ${run}`,
    found: `a run of ${models.length === 0 ? 'no model' : models.join(', ')}, and not of this one`,
    expected: 'a run with numbers of the same model, to the last byte',
    action: 'Name a run of the model, or its interventions.',
  });
}

/** A run of several chains, as a table is. */
export function referenceSeveralChains(run: string, labels: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'config/reference-several-chains',
    subject: `--reference ${run}`,
    found: `several chains: ${labels.join(', ')}`,
    expected: 'a run with one chain of interventions',
    action: 'Name the interventions themselves.',
  });
}

/** A run whose interventions cannot be made again as they were. */
export function referenceUnmade(run: string, label: string): LinchpinError {
  return new LinchpinError({
    code: 'config/reference-unmade',
    subject: `--reference ${run}`,
    found: `interventions of "${label}" that its command line does not give again: settings of a file, or another version of a plugin`,
    expected: 'a run whose --intervention flags make the same chain today',
    action: 'Name the interventions themselves.',
  });
}
