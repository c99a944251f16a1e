/** What this package refuses. It has an error class of its own, in the words of Linchpin's, because it has no dependencies. */

interface Problem {
  readonly code: string;
  readonly subject: string;
  readonly found: string;
  readonly expected: string;
  readonly action: string;
  readonly cause?: unknown;
}

/** An error that the user can act on. */
export class CreatePluginError extends Error {
  readonly code: string;

  constructor({ code, subject, found, expected, action, cause }: Problem) {
    super(
      `${subject}\n  found:    ${found}\n  expected: ${expected}\n  ${action}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'CreatePluginError';
    this.code = `create-plugin/${code}`;
  }
}

export function wrongArguments(found: string): CreatePluginError {
  return new CreatePluginError({
    code: 'wrong-arguments',
    subject: 'arguments',
    found,
    expected: 'one name',
    action: 'Run: npm create @linchpin/plugin my-method',
  });
}

/** `near` is a name of the right form that was perhaps meant. */
export function invalidName(found: string, near: string | undefined): CreatePluginError {
  return new CreatePluginError({
    code: 'invalid-name',
    subject: 'name',
    found: JSON.stringify(found),
    expected: 'words of the letters a to z with hyphens between them, such as my-method',
    action:
      near === undefined
        ? "Take the method's name in the literature."
        : `Did you mean ${near}? The folder is made where you are.`,
  });
}

export function reservedName(found: string): CreatePluginError {
  return new CreatePluginError({
    code: 'reserved-name',
    subject: 'name',
    found: `"${found}", which a function cannot be called or a file of the plug-in already is`,
    expected: "the method's name",
    action: `Add a word, such as ${found}-weights.`,
  });
}

export function alreadyThere(path: string, what: string): CreatePluginError {
  return new CreatePluginError({
    code: 'already-there',
    subject: path,
    found: what,
    expected: 'nothing of that name',
    action: 'Take another name, or move it away. Nothing was written.',
  });
}

export function cannotWrite(path: string, cause: unknown): CreatePluginError {
  return new CreatePluginError({
    code: 'cannot-write',
    subject: path,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a folder that can be made and written to',
    action: 'Check who owns the folder around it, and the free space. Nothing was left behind.',
    cause,
  });
}
