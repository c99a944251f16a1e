import { LinchpinError, nearestNames } from '@linchpin/errors';

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

/** A run-time number that the graph does not have. */
export function unknownParameter(name: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(name, known);
  return new LinchpinError({
    code: 'runtime/unknown-parameter',
    subject: name,
    found: 'a name that no run-time number of the graph has',
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.length} names`,
    action: 'Set a parameter that an intervention of this model made.',
  });
}
