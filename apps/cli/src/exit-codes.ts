export const exitCodes = {
  success: 0,
  /** A check that says no: a regression, or a problem that `doctor` found. A bug of ours ends with the same code. */
  failure: 1,
  /** Wrong flags, files or data: the message says what to do. */
  badInput: 2,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;
