export const exitCodes = {
  success: 0,
  /** A check that says no: a regression, or a problem that `doctor` found. A bug of ours ends with the same code. */
  failure: 1,
  /** Wrong flags, files or data: the message says what to do. */
  badInput: 2,
} as const;

/** Signals that end a command well: Ctrl-C, a closed terminal, and what timeout, systemd, Slurm and Kubernetes send. */
export const endingSignals = { SIGINT: 2, SIGHUP: 1, SIGTERM: 15 } as const;

export type EndingSignal = keyof typeof endingSignals;

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
