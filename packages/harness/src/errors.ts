import { inspect } from 'node:util';
import { LinchpinError } from '@linchpin/errors';

export function unknownIntervention(name: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'harness/unknown-intervention',
    subject: 'intervention',
    found: `"${name}"`,
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`,
    action: '`linchpin ls interventions` lists them with their options.',
  });
}

export function badOption(name: string, found: unknown, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'harness/bad-option',
    subject: `option ${name}`,
    found: typeof found === 'string' ? JSON.stringify(found) : inspect(found),
    expected,
    action: 'Correct the option, or leave it out.',
  });
}

export function harnessClosed(): LinchpinError {
  return new LinchpinError({
    code: 'harness/closed',
    subject: 'harness',
    found: 'a call after it was closed',
    expected: 'calls before `close`',
    action: 'Open another harness.',
  });
}

/** Neither the name of a corpus nor a file. */
export function unknownCorpus(found: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'harness/unknown-corpus',
    subject: 'corpus',
    found: `"${found}", where no file is`,
    expected: `${known.join(', ')}, or the path of a text or JSONL file`,
    action: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Check the path.',
  });
}

/** What is wrong with the content of a file. */
export function problemIn(file: string, error: LinchpinError): LinchpinError {
  return new LinchpinError({ ...error.problem, subject: `${file}: ${error.problem.subject}`, cause: error });
}

/** `why` are the figures for which nothing counts as a super weight. */
export function noSuperWeightFound(model: string, why: string): LinchpinError {
  return new LinchpinError({
    code: 'harness/no-super-weight-found',
    subject: `super weight "auto" of ${model}`,
    found: why,
    expected: 'a weight that makes a spike by itself and without which the loss rises',
    action: '`linchpin find` shows the profile and takes other thresholds; --super-weight LAYER:ROW:COLUMN names one.',
  });
}

/** `from` is the folder or the file that names the plugin. */
export function pluginNotFound(name: string, from: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'harness/plugin-not-found',
    subject: `plugin ${name}`,
    found: `nothing of that name from ${from}`,
    expected: 'the name of an installed package, or the path of a file that begins with ./ or ../',
    action: 'Install the package, or check the path.',
    cause,
  });
}

export function pluginNotLoaded(name: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'harness/plugin-not-loaded',
    subject: `plugin ${name}`,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a module that can be imported',
    action: whatLetsItLoad(cause),
    cause,
  });
}

/** Node leaves out types of sources, but not of what is installed; and a package has to bring what it imports. */
function whatLetsItLoad(cause: unknown): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return 'An installed package has to hold JavaScript: build it, or name the path of its source outside node_modules.';
  if (code === 'ERR_MODULE_NOT_FOUND')
    return 'Install what it imports, in the folder of the file or among the dependencies of the package; check paths.';
  return 'Correct the plugin.';
}

/** A module whose default export is no plugin; `found` names the field that is wrong. */
export function notAPlugin(name: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'harness/not-a-plugin',
    subject: `plugin ${name}`,
    found,
    expected: 'a default export, or one named plugin, with name, summary, options, schema and create',
    action: 'See docs/writing-a-plugin.md for what a plugin consists of.',
  });
}

export function pluginNameTaken(name: string, from: string): LinchpinError {
  return new LinchpinError({
    code: 'harness/plugin-name-taken',
    subject: `plugin ${from}`,
    found: `the name "${name}", which another plugin has`,
    expected: 'a name of its own',
    action: 'Give the plugin another name, or leave one of the two out.',
  });
}

/** Documents that no protocol makes one text of. */
export function documentsApart(corpus: string): LinchpinError {
  return new LinchpinError({
    code: 'harness/documents-apart',
    subject: corpus,
    found: 'documents that belong to no one text, and a stride over all of them',
    expected: 'documents that are scored by themselves',
    action: 'Add --per-document, or leave out --stride.',
  });
}

/** A model that has no room for an answer. */
export function contextTooShort(
  task: string,
  { context, answer }: { readonly context: number; readonly answer: number },
): LinchpinError {
  return new LinchpinError({
    code: 'harness/context-too-short',
    subject: task,
    found: `a context of ${context} tokens, and answers of up to ${answer}`,
    expected: 'room for a prompt and an answer',
    action: 'Use a model with a longer context.',
  });
}

/** Tasks whose answers are written, beside a reference. */
export function writtenBesideReference(tasks: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'harness/written-beside-reference',
    subject: tasks.join(', '),
    found: 'answers that each model writes for itself, and a reference',
    expected: 'tasks whose tokens are the same for both',
    action: 'Leave these tasks out, or the reference.',
  });
}
