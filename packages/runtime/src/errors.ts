import { LinchpinError } from '@linchpin/errors';

/** onnxruntime refused the model or a batch. */
export function sessionFailed(what: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'runtime/session-failed',
    subject: 'onnxruntime',
    found: `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    expected: 'a graph and a batch that fit in memory',
    action:
      'Lower --batch-tokens, or cast the weights in every batch, if memory ran out; otherwise report this as a bug.',
    cause,
  });
}
