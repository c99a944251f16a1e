/** Which names a plug-in can have: the name is a folder, a package, an intervention and, in camel case, a function. */
import { invalidName, reservedName } from './errors.ts';

/** What the conformance suite demands of an intervention's name. */
const form = /^[a-z]+(-[a-z]+)*$/;

/** Words that a module may not call a function, and those that the files of the template already use. */
const reserved = new Set(
  [
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends',
    'false finally for function if implements import in instanceof interface let new null package private protected',
    'public return static super switch this throw true try typeof undefined var void while with yield',
    'index options plugin test-intervention z',
  ].flatMap((line) => line.split(' ')),
);

/** Throws a CreatePluginError where it is none. */
export function checkName(name: string): void {
  if (!form.test(name)) throw invalidName(name, nearestName(name));
  if (reserved.has(name)) throw reservedName(name);
}

/** `MyMethod`, `my_method` and `./my-method/` as names; undefined where that gives none. */
function nearestName(text: string): string | undefined {
  const last = text.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const words = last.replaceAll(/([a-z])([A-Z])/g, '$1-$2').split(/[^A-Za-z]+/);
  const name = words
    .filter((word) => word !== '')
    .join('-')
    .toLowerCase();
  return form.test(name) && !reserved.has(name) ? name : undefined;
}
