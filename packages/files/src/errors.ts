/** As the system has it: a file system without room for folders, which answers that what lies above is missing. */
export function takesNoFolders(parent: string, path: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`EPERM: ${parent} takes no new folders, mkdir '${path}'`);
  return Object.assign(error, { code: 'EPERM', syscall: 'mkdir', path });
}
