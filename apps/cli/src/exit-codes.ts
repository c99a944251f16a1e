export const exitCodes = {
  success: 0,
  /** A bug of ours. */
  failure: 1,
  /** Wrong flags, files or data: the message says what to do. */
  badInput: 2,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;
