/** Text that must not be in any file: it is true on one machine or for one person only, or names what is not ours. */
import type { Rule } from './workspace.ts';

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w./~:-])\/(?:work|root|home|tmp)(?:\/|\b)/, 'an absolute path'],
  [/\b(?:TO-?DO|FIX-?ME)\b(?!\s?\(?#\d)/, 'a note of work to do without an issue number'],
  [
    /\b(?:registry\.npmjs|npmjs\.(?:com|org)|unpkg\.com|pypi\.org|pythonhosted\.org|deb\.debian\.org)\b/,
    'the host of a package registry',
  ],
  [/\bnpx\s+(?:-\S+\s+)*linchpin\b/, "the name of someone else's package; the command is in @linchpin/cli"],
];

export const forbiddenText: Rule = ({ files }) =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) =>
      forbidden
        .filter(([pattern]) => pattern.test(line))
        .map(([pattern, what]) => ({
          path: `${path}:${index + 1}`,
          message: `has ${what}: ${pattern.exec(line)?.[0].trim()}`,
        })),
    ),
  );
