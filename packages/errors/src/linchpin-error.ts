/** What went wrong, as data: the parts from which the message is made and by which callers decide what to do. */
export interface Problem {
  /** Stable identifier, for example `safetensors/truncated`; tests compare this, never the prose. */
  readonly code: string;
  /** The file, flag, task or tensor that is wrong. */
  readonly subject: string;
  readonly found: string;
  readonly expected: string;
  /** The next step for whoever reads the message. */
  readonly action: string;
  readonly cause?: unknown;
}

const marker = Symbol.for('@linchpin/error');

/** An error that the user can act on. Everything else that is thrown is a bug of ours. */
export class LinchpinError extends Error {
  readonly code: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    const text = `${problem.subject}: found ${problem.found}; expected ${problem.expected}. ${problem.action}`;
    super(text, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = 'LinchpinError';
    this.code = problem.code;
    this.problem = problem;
    Object.defineProperty(this, marker, { value: true });
  }
}

/** True for every LinchpinError, also one made by another installed copy of this package. */
export function isLinchpinError(value: unknown): value is LinchpinError {
  return typeof value === 'object' && value !== null && marker in value;
}

/** A broken promise inside our own code: reported as a bug, with exit code 1. */
export function internalError(what: string): Error {
  return new Error(`internal: ${what}`);
}
