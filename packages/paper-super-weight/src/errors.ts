import { LinchpinError } from '@linchpin/errors';
import type { Json } from '@linchpin/plugin-api';

/** An option of quantized rows under which a row would not be what its label says; `owners` are labels by option. */
export function rowOption(name: string, value: Json, owners: ReadonlyMap<string, string>): LinchpinError {
  const own = [...owners].map(([option, label]) => `${option} (of the row ${label})`);
  return new LinchpinError({
    code: 'paper-super-weight/row-option',
    subject: `quantize: ${name}`,
    found: JSON.stringify(value),
    expected: `options that all quantized rows can have, or what a row is made of: ${own.join(', ')}`,
    action: 'The rows are what their labels say; use `linchpin perplexity --intervention quantize:…` for another one.',
  });
}

export function noBlockFits(model: string, tried: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'paper-super-weight/no-block-fits',
    subject: model,
    found: `matrices that none of the block sizes ${tried.join(', ')} divides`,
    expected: 'block sizes that divide every matrix of the layers',
    action: 'Choose the block sizes; channel and tensor always fit.',
  });
}

/** A list or range of factors that cannot be read. */
export function invalidFactors(text: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'paper-super-weight/invalid-factors',
    subject: 'factors',
    found: `"${text}", ${found}`,
    expected: 'numbers separated by commas, such as 0,0.5,1, or a range FIRST:LAST:STEP, such as 0:3:0.25',
    action: 'Correct the list; 1 is always among the factors.',
  });
}

/** `what` is a table or a figure. */
export function unknownExperiment(what: string, found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: `paper-super-weight/unknown-${what}`,
    subject: what,
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: `\`linchpin ls ${what}s\` says what each shows.`,
  });
}
