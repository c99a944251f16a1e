import { LinchpinError } from '@linchpin/errors';

/** A text that is run as one sequence. */
export function promptTooLong(what: string, tokens: number, contextLength: number): LinchpinError {
  return new LinchpinError({
    code: 'execution/prompt-too-long',
    subject: what,
    found: `${tokens} token${tokens === 1 ? '' : 's'}`,
    expected: `from 2 to ${contextLength} tokens, which the model takes at once`,
    action: 'Give another text.',
  });
}

/** Settings that the schema of a plugin refuses; `options` says what each of them means. */
export function invalidOptions(
  {
    kind,
    name,
    options,
  }: { readonly kind: string; readonly name: string; readonly options: Readonly<Record<string, string>> },
  found: string,
): LinchpinError {
  const known = Object.entries(options).map(([option, meaning]) => `${option} (${meaning})`);
  return new LinchpinError({
    code: 'execution/invalid-options',
    subject: `${kind} ${name}`,
    found,
    expected: known.length > 0 ? `an object with ${known.join('; ')}` : 'no options',
    action: `Give settings of this form; on the command line, --${kind} '${name}:{"option": value}'.`,
  });
}
