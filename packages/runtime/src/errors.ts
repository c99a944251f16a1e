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

/** 8-bit products that this processor does not compute exactly. */
export function inexactIntegers(found: number, expected: number): LinchpinError {
  return new LinchpinError({
    code: 'runtime/inexact-integers',
    subject: '8-bit matrix products on this processor',
    found: `a sum of ${found}`,
    expected: `${expected}: the kernel saturates in 16 bits`,
    action:
      'Choose another execution: "execution": "simulated" among the options of the intervention, or --execution float32.',
  });
}
