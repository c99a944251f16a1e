/** Runs one command line; what went wrong becomes a message on stderr and an exit code. */
import { stderr } from 'node:process';
import { isLinchpinError, type Problem } from '@linchpin/errors';
import type { EndedStatus } from '@linchpin/run-store';
import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { FailedCheck } from './failed-check.ts';
import { Interrupted } from './interrupt.ts';
import { createProgram } from './program.ts';
import { endRecord, noteCommand } from './recording/command-record.ts';
import { closeStores } from './store/open-stores.ts';

/** `args` are those behind the name of the command. Never throws. */
export async function runCommand(args: readonly string[]): Promise<number> {
  noteCommand(args);
  const { code, status } = await run(args);
  try {
    await endRecord(status);
    return code;
  } catch (error) {
    // What ended the command said more: a full disk ends it, and then cannot take the end of its record either.
    return code === exitCodes.success ? report(error) : code;
  } finally {
    closeStores();
  }
}

async function run(args: readonly string[]): Promise<{ readonly code: number; readonly status: EndedStatus }> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return { code: exitCodes.success, status: 'finished' };
  } catch (error) {
    return { code: report(error), status: statusOf(error) };
  }
}

function statusOf(error: unknown): EndedStatus {
  if (error instanceof FailedCheck) return 'finished';
  return error instanceof Interrupted ? 'interrupted' : 'failed';
}

function report(error: unknown): number {
  // Commander has printed its own message: --help and --version end with 0, a wrong flag with 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.badInput;
  if (error instanceof Interrupted) {
    stderr.write(`${error.message}\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof FailedCheck) {
    stderr.write(`${error.message}\n`);
    return exitCodes.failure;
  }
  if (isLinchpinError(error)) {
    stderr.write(problemText(error.problem));
    return exitCodes.badInput;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`internal error: ${trace}\nThis is a bug of linchpin, please report it.\n`);
  return exitCodes.failure;
}

function problemText({ subject, found, expected, action }: Problem): string {
  return `error: ${subject}\n  found:    ${found}\n  expected: ${expected}\n  ${action}\n`;
}
