import { LinchpinError } from '@linchpin/errors';

/** As the system has it: a file system without room for folders, which answers that what lies above is missing. */
export function takesNoFolders(parent: string, path: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`EPERM: ${parent} takes no new folders, mkdir '${path}'`);
  return Object.assign(error, { code: 'EPERM', syscall: 'mkdir', path });
}

/** Something stands where a folder is to stand; `replaced` says which folders it would take the place of. */
export function placeTaken(place: string, found: string, replaced: string | undefined): LinchpinError {
  return new LinchpinError({
    code: 'files/place-taken',
    subject: place,
    found,
    expected: `a folder that is not there yet, or is empty${replaced === undefined ? '' : `, or ${replaced}`}`,
    action: 'Name another folder, or remove this one yourself.',
  });
}

export function cannotWriteFolder(place: string, cause: Error): LinchpinError {
  return new LinchpinError({
    code: 'files/cannot-write',
    subject: place,
    found: cause.message,
    expected: 'a place that a folder can be written to, and room for it',
    action: 'Make room, correct the permissions or name another place; nothing was left behind.',
    cause,
  });
}
