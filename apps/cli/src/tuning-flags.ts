/** Flags of what trains models: of `train`, of `select`, and of experiments that train before they measure. */
import { trainingTokens, tunedBatchSize, tunedHeldOut, tunedTokens } from '@linchpin/defaults';
import type { TuningOptions } from '@linchpin/paper-smt';
import type { PromptStyle } from '@linchpin/tuning';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, fileOrCount, positive, share, wholeNumber } from './flag-values.ts';

export interface TuningFlags {
  readonly data?: readonly string[];
  readonly validation?: string | number;
  readonly dataRows?: number;
  readonly steps?: number;
  readonly batchSize?: number;
  readonly maxLength?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly block?: number;
  readonly shares?: readonly number[];
}

/** `experiments` are those that read them, as the help names them. */
export function addTuningFlags(command: Command, experiments: string): Command {
  const of = `of ${experiments}: `;
  return command
    .option(
      '--data <FILE>',
      `${of}what is trained on; the embedded texts when absent; may be given several times`,
      collect,
    )
    .option(
      '--validation <FILE|N>',
      `${of}a file, or how many rows at the end of the data, that the loss is measured on; the last ${tunedHeldOut} when absent`,
      fileOrCount,
    )
    .option('--data-rows <N>', `${of}only the first N rows of the data`, wholeNumber(1))
    .option('--steps <N>', `${of}steps of every training`, wholeNumber(1))
    .option('--batch-size <N>', `${of}sequences of a step; ${tunedBatchSize} when absent`, wholeNumber(1))
    .option('--max-length <N>', `${of}most tokens of a sequence; ${tunedTokens} when absent`, wholeNumber(2))
    .option('--learning-rate <X>', `${of}the largest learning rate; full training takes half of it`, positive)
    .option('--seed <N>', `${of}of the order of the data and of random beginnings; 0 when absent`, wholeNumber(0))
    .option(
      '--block <N>',
      `${of}rows and columns of a block; the largest of 256 to 16 that fits when absent`,
      wholeNumber(1),
    )
    .option('--shares <LIST>', `${of}shares of the weights that are trained, separated by commas`, shareList);
}

/** Which texts are trained on, and how much of each. */
export function textOptions(): Option[] {
  return [
    new Option('--limit <N>', 'only the first N rows of the data').argParser(wholeNumber(1)),
    new Option(
      '--max-length <N>',
      `most tokens of an example; the model's context, at most ${trainingTokens}, when absent`,
    ).argParser(wholeNumber(2)),
    new Option('--prompt-style <STYLE>', 'how instructions become text; llm-adapters when absent').choices([
      'llm-adapters',
      'smt',
      'plain',
    ] satisfies PromptStyle[]),
  ];
}

/** As experiments take them; `out` is the folder of their files, beside which what is trained lies. */
export function tuningOptionsOf(flags: TuningFlags & { readonly out: string }): TuningOptions {
  const { data, validation, dataRows, steps, batchSize, maxLength, learningRate, seed, block, shares, out } = flags;
  const heldOut = typeof validation === 'string' ? [validation] : validation;
  const options = { data, heldOut, dataRows, steps, batchSize, maxLength, learningRate, seed, block, shares };
  return { ...options, folder: `${out}/trained` };
}

function shareList(text: string): number[] {
  const shares = text.split(',').map((each) => share(each.trim()));
  if (shares.some((each) => each === 0)) throw new InvalidArgumentError('Expected shares above 0.');
  return shares;
}
