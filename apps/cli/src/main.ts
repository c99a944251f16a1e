#!/usr/bin/env node
/** Entry of the command: runs it, and turns what went wrong into a message and an exit code. */
import { exit, stderr } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { Interrupted } from './interrupt.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  exit(report(error));
}

function report(error: unknown): number {
  // Commander has printed its own message: --help and --version end with 0, a wrong flag with 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.badInput;
  if (error instanceof Interrupted) {
    stderr.write(`\n${error.message}\n`);
    return exitCodes.interrupted;
  }
  if (isLinchpinError(error)) {
    const { subject, found, expected, action } = error.problem;
    stderr.write(`error: ${subject}\n  found:    ${found}\n  expected: ${expected}\n  ${action}\n`);
    return exitCodes.badInput;
  }
  stderr.write(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nThis is a bug of linchpin, please report it.\n`);
  return exitCodes.failure;
}
