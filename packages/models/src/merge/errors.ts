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
