import { LinchpinError } from '@linchpin/errors';

export function configNotFound(file: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/config-not-found',
    subject: '--config',
    found: `"${file}", where no file is`,
    expected: 'a file of settings, such as linchpin.config.ts',
    action: 'Check the path.',
  });
}

/** The file could not be run, or exports nothing by default. */
export function configNotLoaded(file: string, found: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cli/config-not-loaded',
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
    code: 'cli/invalid-config',
    subject: problem.path === '' ? file : `${file}: ${problem.path}`,
    found: problem.found,
    expected: problem.expected,
    action: 'Correct the file; docs/nightly.md lists what may stand in it.',
  });
}

/** `from` is the folder or the file that names the plugin. */
export function pluginNotFound(name: string, from: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cli/plugin-not-found',
    subject: `plugin ${name}`,
    found: `nothing of that name from ${from}`,
    expected: 'the name of an installed package, or the path of a file that begins with ./ or ../',
    action: 'Install the package, or check the path.',
    cause,
  });
}

export function pluginNotLoaded(name: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cli/plugin-not-loaded',
    subject: `plugin ${name}`,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a module that can be imported',
    action: 'Correct the plugin.',
    cause,
  });
}

/** A module whose default export is no plugin; `found` names the field that is wrong. */
export function notAPlugin(name: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/not-a-plugin',
    subject: `plugin ${name}`,
    found,
    expected: 'a default export, or one named plugin, with name, summary, options, schema and create',
    action: 'See docs/writing-a-plugin.md for what a plugin consists of.',
  });
}

export function pluginNameTaken(name: string, from: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/plugin-name-taken',
    subject: `plugin ${from}`,
    found: `the name "${name}", which another plugin has`,
    expected: 'a name of its own',
    action: 'Give the plugin another name, or leave one of the two out.',
  });
}

/** A name of the nightly matrix that stands for nothing. */
export function unknownChain(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-chain',
    subject: 'nightly.interventions',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: 'Add a chain of this name to `interventions`.',
  });
}
