/**
 * Errors that a user can act on are made by the functions of a package's errors.ts, our own bugs by `internalError`; so
 * every message has its code, and says what was found and expected.
 */
import { isPublished } from './sizes.ts';
import type { Rule } from './workspace.ts';

export const thrownErrors: Rule = ({ packages }) =>
  packages
    .filter(({ folder }) => folder !== 'packages/errors' && folder !== 'packages/testing')
    .flatMap(({ files }) => files.filter(({ path }) => isPublished(path) && !path.endsWith('/errors.ts')))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) =>
        /\bnew (?:LinchpinError|(?:Range|Reference|Syntax|Type)?Error)\(/.test(line)
          ? [
              {
                path: `${path}:${index + 1}`,
                message: 'makes an error; let a function of errors.ts, or internalError, make it',
              },
            ]
          : [],
      ),
    );
