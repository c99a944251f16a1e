import { LinchpinError } from '@linchpin/errors';

/** An intervention that does more than change weights: a checkpoint cannot hold what it does. */
export function notInWeights(name: string, what: readonly string[]): LinchpinError {
  const [first, ...others] = what;
  return new LinchpinError({
    code: 'models/not-in-weights',
    subject: `intervention ${name}`,
    found: `${first}${others.length === 0 ? '' : ` and ${others.length} more`}`,
    expected: 'changes of weights alone, which a checkpoint can hold',
    action: 'Leave the intervention out; it can be given again beside the merged checkpoint.',
  });
}

export function mergeTargetTaken(out: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'models/merge-target-taken',
    subject: out,
    found,
    expected: 'a folder that is not there yet, or is empty',
    action: 'Name another folder, or remove this one.',
  });
}

export function cannotMerge(out: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/cannot-merge',
    subject: out,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a place that a checkpoint can be written to',
    action: 'Make room or correct the permissions; nothing was left behind.',
    cause,
  });
}

/** A changed value that the stored type cannot hold. */
export function outOfRange(name: string, value: number, dtype: string): LinchpinError {
  return new LinchpinError({
    code: 'models/out-of-range',
    subject: name,
    found: `the value ${value}`,
    expected: `values that ${dtype} can hold`,
    action: 'Write changed tensors in float32 (--dtype float32).',
  });
}
