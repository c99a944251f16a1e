/** Ctrl-C: the first one lets the batch at work finish, so that what is done can be saved; the second ends at once. */
import process from 'node:process';
import { removeTemporaryFiles } from './temporary-files.ts';

/** Ends a command after Ctrl-C; the message says what was saved. */
export class Interrupted extends Error {
  constructor(saved = 'nothing was saved') {
    super(`interrupted: ${saved}`);
    this.name = 'Interrupted';
  }
}

/** Runs `work` with a signal that Ctrl-C aborts; whoever computes for long asks it between two steps. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    if (controller.signal.aborted) endAtOnce(onInterrupt);
    controller.abort(new Interrupted());
    process.stderr.write('\nstopping after the batch at work; Ctrl-C again ends at once\n');
  };
  process.on('SIGINT', onInterrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** `process.exit` would wait for the batch at work; without a handler the signal ends the process, as code 130 to a shell. */
function endAtOnce(handler: () => void): void {
  removeTemporaryFiles();
  process.off('SIGINT', handler);
  process.kill(process.pid, 'SIGINT');
}
