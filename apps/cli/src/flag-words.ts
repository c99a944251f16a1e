/** Errors of libraries name the options of scripts; whoever has given flags is told of the flags. */
import { isLinchpinError } from '@linchpin/errors';
import { inOtherWords } from './errors.ts';
import { flagName } from './flags.ts';

/** The error where its subject is one of the flags that were given: names in backticks are options, too. */
export function inWordsOfFlags(error: unknown, flags: object): unknown {
  if (!isLinchpinError(error)) return error;
  const { subject, found, expected, action, ...rest } = error.problem;
  if (!Object.hasOwn(flags, subject)) return error;
  return inOtherWords({
    ...rest,
    subject: flagName(subject),
    found: translate(found),
    expected: translate(expected),
    action: translate(action),
  });
}

function translate(text: string): string {
  return text.replaceAll(/`([a-z][A-Za-z]*)`/g, (_, name: string) => flagName(name));
}
