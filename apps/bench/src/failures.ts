/** What went wrong while other things went well: it is said at the end, behind whatever was measured. */
import { stderr } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';

export class Failures {
  readonly #errors: unknown[] = [];

  /** Does the work, and keeps what it throws for the end; whether it went well. */
  async attempt(work: () => Promise<void> | void): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#errors.push(error);
      return false;
    }
  }

  /** Says them all; the exit code that goes with them: 2 where the user can act, 1 where one of them is a bug, 0 without any. */
  report(): number {
    for (const error of this.#errors) stderr.write(`${isLinchpinError(error) ? error.message : traceOf(error)}\n`);
    if (this.#errors.length === 0) return 0;
    return this.#errors.every((error) => isLinchpinError(error)) ? 2 : 1;
  }
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
