import { LinchpinError } from '@linchpin/errors';

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
