import { LinchpinError } from '@linchpin/errors';

export function noTrainedTensors(folder: string, file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'plugin-full/no-trained-tensors',
    subject: folder,
    found: `no ${file} that can be read`,
    expected: 'the folder of a full training',
    action: 'Give the folder that `linchpin train --method full --out` wrote.',
    cause,
  });
}

export function tensorDiffers(
  name: string,
  { found, expected }: { readonly found: readonly number[]; readonly expected: readonly number[] },
): LinchpinError {
  return new LinchpinError({
    code: 'plugin-full/tensor-differs',
    subject: `trained tensor ${name}`,
    found: `the shape [${found.join(', ')}]`,
    expected: `[${expected.join(', ')}], as the model has it`,
    action: 'Apply it to the model that it was trained from.',
  });
}

export function nothingMatches(patterns: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'plugin-full/nothing-matches',
    subject: 'method full, option tensors',
    found: patterns.map((each) => `"${each}"`).join(', '),
    expected: `parts of names of tensors, such as ${known.slice(0, 3).join(', ')}`,
    action: 'Correct the names, or leave the option out to train all tensors.',
  });
}
