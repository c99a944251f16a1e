/** Runs one command line; what went wrong becomes a message on stderr and an exit code. */
import process, { stderr } from 'node:process';
import { isLinchpinError, type Problem } from '@linchpin/errors';
import { CommanderError, InvalidArgumentError } from 'commander';
import { codeOfSignal, exitCodes, FailedCheck } from './exit-codes.ts';
import { createInvocation } from './invocation.ts';
import { createProgram } from './program.ts';
import { type Ending, takeSignals } from '@linchpin/files';
import { makeStrict } from './strict-flags.ts';

/** `args` are those behind the name of the command. Never throws. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const ending = takeSignals();
  // What is being written is removed by what waits for the end of the process, of which a signal says nothing.
  ending.onEnd(() => process.emit('exit', exitCodes.failure));
  try {
    await makeStrict(createProgram(createInvocation(args, ending))).parseAsync(args, { from: 'user' });
    return exitCodes.success;
  } catch (error) {
    return report(error, ending);
  } finally {
    ending.stop();
  }
}

function report(error: unknown, ending: Ending): number {
  // Commander has printed its own message, but of values elsewhere: --help and --version end with 0, a wrong flag with 1.
  if (error instanceof CommanderError && !(error instanceof InvalidArgumentError))
    return error.exitCode === 0 ? exitCodes.success : exitCodes.badInput;
  if (error instanceof FailedCheck) {
    stderr.write(`${error.message}\n`);
    return exitCodes.failure;
  }
  if (isLinchpinError(error)) {
    stderr.write(problemText(error.problem));
    return exitCodes.badInput;
  }
  const signal = ending.by();
  if (signal !== undefined && error instanceof Error && error.message.startsWith('interrupted: ')) {
    stderr.write(`${error.message}\n`);
    return codeOfSignal(signal);
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`internal error: ${trace}\nThis is a bug of linchpin, please report it.\n`);
  return exitCodes.failure;
}

function problemText({ subject, found, expected, action }: Problem): string {
  return `error: ${subject}\n  found:    ${found}\n  expected: ${expected}\n  ${action}\n`;
}
