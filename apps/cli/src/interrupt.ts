/** Ctrl-C: the first one lets the batch at work finish and says what was saved, the second ends at once. */
import process from 'node:process';
import { exitCodes } from './exit-codes.ts';

/** Thrown to end a command after Ctrl-C; the message says what was saved. */
export class Interrupted extends Error {}

/** Runs `work` with a signal that Ctrl-C aborts. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new Interrupted('interrupted: nothing was saved'));
  };
  process.on('SIGINT', onInterrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
