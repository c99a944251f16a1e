import { type EndingSignal, endingSignals } from '@linchpin/files';

export const exitCodes = {
  success: 0,
  /** A check that says no: a regression, or a problem that `doctor` found. A bug of ours ends with the same code. */
  failure: 1,
  /** Wrong flags, files or data: the message says what to do. */
  badInput: 2,
} as const;

/** As a shell has it of a process that a signal ended. */
export function codeOfSignal(signal: EndingSignal): number {
  return 128 + endingSignals[signal];
}

/** Ends a command that did its work and whose answer is no: a regression, or a problem of the installation. */
export class FailedCheck extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FailedCheck';
  }
}
