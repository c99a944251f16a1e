/**
 * Modules hold no state: what a first call leaves behind, a second one in the same process would find. Whoever needs state
 * makes an object that has it, hands it on, and frees it.
 */
import { isPublished } from './sizes.ts';
import type { Rule } from './workspace.ts';

/** What holds state all the same, by file, with the reason. A file that needs its entry no longer is reported. */
export const stateExceptions: ReadonlyMap<string, string> = new Map([
  ['apps/bench/src/measurement-process.ts', 'the process keeps the model from one message to the next'],
]);

interface Form {
  /** Finds the declaration by its beginning; formatted sources indent all that is not at the top level of the module. */
  readonly pattern: RegExp;
  readonly message: (name: string) => string;
}

const declared = String.raw`^(?:export )?const (\w+)(?:: (?:[^=;]|=>)+?)? =\s+`;
const declaredMutable = String.raw`^(?:export )?const (\w+)(?:: (?!readonly |Readonly)(?:[^=;]|=>)+?)? =\s+`;
const instead = 'let an object hold it that its user makes and hands on';

const forms: readonly Form[] = [
  {
    pattern: /^(?:export )?(?:let|var) (\w+|[[{])/gm,
    message: (name) => `has the variable ${name} at its top level; ${instead}`,
  },
  {
    pattern: new RegExp(String.raw`${declared}new (?:Weak)?(?:Map|Set)(?:<[^;]*?>)?\(\s*\)`, 'gm'),
    message: (name) => `fills the collection ${name} at its top level while it runs; ${instead}`,
  },
  {
    pattern: new RegExp(String.raw`${declaredMutable}(?:\[\]|\{\})(?: as [^;]+)?;`, 'gm'),
    message: (name) => `fills ${name} at its top level while it runs; ${instead}, or make its type readonly`,
  },
  {
    pattern: /^\s+(?:(?:public|private|protected) )?static (?!readonly |async |get |#?\w+\s*[(<]|\{)(#?\w+)/gm,
    message: (name) => `has the variable ${name} of a class; ${instead}`,
  },
  {
    pattern:
      /^\s+(?:(?:public|private|protected) )?static readonly (#?\w+)[^;(]*? =\s+new (?:Weak)?(?:Map|Set)(?:<[^;]*?>)?\(\s*\)/gm,
    message: (name) => `fills the collection ${name} of a class while it runs; ${instead}`,
  },
];

export const moduleState: Rule = moduleStateExcept(stateExceptions);

export function moduleStateExcept(exceptions: ReadonlyMap<string, string>): Rule {
  return ({ files }) =>
    files
      .filter(({ path }) => isPublished(path))
      .flatMap(({ path, text }) => {
        const found = forms.flatMap(({ pattern, message }) =>
          [...text.matchAll(pattern)].map(({ index, 1: name = '' }) => ({
            path: `${path}:${text.slice(0, index).split('\n').length}`,
            message: message(name),
          })),
        );
        if (!exceptions.has(path)) return found;
        return found.length > 0
          ? []
          : [{ path, message: 'holds no state any more; take it off the list in scripts/structure/module-state.ts' }];
      });
}
