import { LinchpinError } from '@linchpin/errors';

export function dataUnreadable(file: string, found: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'tuning/data-unreadable',
    subject: file,
    found,
    expected: 'a text file, JSONL, or a JSON array; rows are objects with `text`, or with `instruction` and `output`',
    action: 'Correct the file, or give another one.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function rowUnusable(file: string, row: number, found: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/row-unusable',
    subject: `${file}, row ${row}`,
    found,
    expected: 'an object with `text`, or with `instruction` and `output` (LLM-Adapters), as strings',
    action: 'Correct the row, or take it out.',
  });
}

export function nothingToTrainOn(files: readonly string[], why: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/nothing-to-train-on',
    subject: files.join(', '),
    found: why,
    expected: 'at least one example with a token that counts in the loss',
    action: 'Check the data, and whether --max-length cuts examples before their responses.',
  });
}

export function tooFewToHoldOut(examples: number, heldOut: number): LinchpinError {
  return new LinchpinError({
    code: 'tuning/too-few-to-hold-out',
    subject: 'validation',
    found: `${heldOut} examples to hold out of ${examples}`,
    expected: 'fewer than there are',
    action: 'Hold out fewer, or give a file for validation.',
  });
}

export function maxLengthOutOfRange(found: number, contextLength: number): LinchpinError {
  return new LinchpinError({
    code: 'tuning/max-length-out-of-range',
    subject: 'the length of examples',
    found: `${found} tokens`,
    expected: `2 to ${contextLength}, the context of the model`,
    action: 'Give another length, or leave it out.',
  });
}

export function unknownMethod(name: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'tuning/unknown-method',
    subject: 'method',
    found: `"${name}"`,
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`,
    action: '`linchpin ls methods` lists them with their options.',
  });
}

/** `options` says what each option of the method means. */
export function invalidMethodOptions(
  name: string,
  found: string,
  options: Readonly<Record<string, string>>,
): LinchpinError {
  const known = Object.entries(options).map(([option, meaning]) => `${option} (${meaning})`);
  return new LinchpinError({
    code: 'tuning/invalid-method-options',
    subject: `method ${name}`,
    found,
    expected: known.length > 0 ? `an object with ${known.join('; ')}` : 'no options',
    action: `Give settings of this form; on the command line, --method '${name}:{"option": value}'.`,
  });
}

export function nothingTrained(name: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/nothing-trained',
    subject: `method ${name}`,
    found: 'nothing that is trained',
    expected: 'at least one tensor or block',
    action: 'Choose more with the options of the method.',
  });
}

export function choosesNothing(name: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/chooses-nothing',
    subject: `method ${name}`,
    found: 'a method that chooses no parts of matrices',
    expected: 'one that does, such as smt',
    action: 'Give another method, or train with this one.',
  });
}
