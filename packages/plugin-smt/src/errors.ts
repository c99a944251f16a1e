import { LinchpinError } from '@linchpin/errors';
import type { TrainableMatrix } from '@linchpin/plugin-api';

/** `sizes` divide every matrix of which blocks are to be chosen. */
export function blockDividesNot(
  { name, shape }: Pick<TrainableMatrix, 'name' | 'shape'>,
  { block, sizes }: { readonly block: number; readonly sizes: readonly number[] },
): LinchpinError {
  return new LinchpinError({
    code: 'plugin-smt/block-divides-not',
    subject: name,
    found: `the shape [${shape.join(', ')}], which blocks of ${block} × ${block} do not divide`,
    expected: `a block size that divides all chosen matrices: ${sizes.join(', ')}`,
    action: 'Give another `block`, or choose among other matrices.',
  });
}

export function nothingToChoose(group: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-smt/nothing-to-choose',
    subject: `method smt, blocks of ${group}`,
    found: 'a model without such matrices',
    expected: 'at least one matrix to choose blocks of',
    action: 'Choose blocks of something else.',
  });
}

export function tooFewBlocks(
  group: string,
  { ratio, total, block }: { readonly ratio: number; readonly total: number; readonly block: number },
): LinchpinError {
  return new LinchpinError({
    code: 'plugin-smt/too-few-blocks',
    subject: `method smt, ${group}Ratio`,
    found: `${ratio}, which is less than one block of the ${total} of ${block} × ${block} in the model`,
    expected: 'at least one block to train',
    action: `Give a larger ${group}Ratio, or ${group}Blocks, or smaller blocks.`,
  });
}

export function tooManyBlocks(
  group: string,
  {
    count,
    most,
    block,
    perMatrix,
  }: { readonly count: number; readonly most: number; readonly block: number; readonly perMatrix: boolean },
): LinchpinError {
  return new LinchpinError({
    code: 'plugin-smt/too-many-blocks',
    subject: `method smt, blocks of ${group}`,
    found: `${count}`,
    expected: `at most ${most}, the blocks of ${block} × ${block} that ${perMatrix ? 'the smallest of the matrices has' : 'the matrices have together'}`,
    action: 'Ask for fewer, or for smaller blocks.',
  });
}

export function scoreNotFinite(name: string, what: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-smt/score-not-finite',
    subject: name,
    found: `${what} that are not finite`,
    expected: 'finite numbers, of which the largest are chosen',
    action: 'Look at the weights and the data; where the warm-up moves the weights, give a smaller learning rate.',
  });
}

export function nothingTuned(folder: string, found: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'plugin-smt/nothing-tuned',
    subject: folder,
    found,
    expected: 'the folder of a sparse tuning, with smt_config.json and smt_model.safetensors as they were written',
    action: 'Give the folder that `linchpin train --method smt --out` wrote.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function tensorDiffers(
  name: string,
  { found, expected }: { readonly found: readonly number[]; readonly expected: readonly number[] },
): LinchpinError {
  return new LinchpinError({
    code: 'plugin-smt/tensor-differs',
    subject: `trained tensor ${name}`,
    found: `the shape [${found.join(', ')}]`,
    expected: `[${expected.join(', ')}], as the model has it`,
    action: 'Apply it to the model that it was trained from.',
  });
}
