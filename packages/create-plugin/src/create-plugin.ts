/** Writes a plug-in into a folder of its own. */
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alreadyThere, cannotWrite } from './errors.ts';
import { checkName } from './plugin-name.ts';
import { templateFiles } from './template.ts';

export interface NewPlugin {
  /** Of the intervention, of its package and of its folder: words of small letters with hyphens between them. */
  readonly name: string;
  /** The folder in which that of the plug-in is made. */
  readonly parent: string;
}

/**
 * Makes the folder of a plug-in and gives back the paths of its files, relative to it. Throws a CreatePluginError where
 * the name is no name, something of that name is there already, or it cannot be written; nothing is left behind then.
 */
export function createPlugin({ name, parent }: NewPlugin): string[] {
  checkName(name);
  const folder = join(parent, name);
  makeFolder(folder);
  try {
    const files = templateFiles({ name });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return [...files.keys()];
  } catch (cause) {
    rmSync(folder, { recursive: true });
    throw cannotWrite(folder, cause);
  }
}

/** Whoever makes it has it for himself: a folder that is there already is never taken. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(folder, whatIsAt(folder));
    throw cannotWrite(folder, cause);
  }
}

function whatIsAt(path: string): string {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return 'a link';
  if (!status.isDirectory()) return 'a file';
  const { length } = readdirSync(path);
  return length === 0 ? 'an empty folder' : `a folder with ${length} ${length === 1 ? 'entry' : 'entries'}`;
}
