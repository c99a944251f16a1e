/** `linchpin table N...`: whole tables of the paper. */
import type { WindowBos } from '@linchpin/perplexity';
import type { BosRule } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import { addCalibrationFlags } from '../calibration/calibration-flags.ts';
import {
  addModelFlags,
  addOutputFlags,
  bosOption,
  jsonObject,
  type ModelFlags,
  modelsOption,
  share,
  windowBosOption,
  wholeNumber,
} from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { addStoreFlags } from '../store/store-flags.ts';

export interface TableFlags extends Omit<ModelFlags, 'model'> {
  readonly model?: string[];
  readonly bos?: BosRule;
  readonly windowBos?: WindowBos;
  readonly limit?: number;
  readonly outlierFraction?: number;
  readonly quantize?: Readonly<Record<string, unknown>>;
  readonly out: string;
}

const examples = `
Examples:
  linchpin table 1
  linchpin table 1 --model huggyllama/llama-7b --datasets data --out results/llama-7b
  linchpin table 3 --quantize '{"weights": "per_channel"}'
  linchpin table 3 --model huggyllama/llama-7b --model huggyllama/llama-13b --datasets data --out results/llama`;

export function addTableCommand(program: Command): void {
  const command = program
    .command('table')
    .argument('<numbers...>', 'tables of the paper, for example 1 or 1 3; `linchpin ls tables` lists them')
    .description('Write tables of the super-weight paper as CSV.')
    .addHelpText('after', examples);
  addStoreFlags(addCalibrationFlags(addModelFlags(command, modelsOption())))
    .addOption(bosOption("what the model's card says, or never, as in the paper's runs, when absent"))
    .addOption(windowBosOption())
    .option('--limit <N>', 'only the first N items of every task and N windows of every corpus', wholeNumber(1))
    .option(
      '--outlier-fraction <F>',
      "share of each matrix that Prune Non-SW removes; what the model's card says, or the paper's 1e-6, when absent",
      share,
    )
    .option(
      '--quantize <JSON>',
      'options of `quantize` that all quantized rows have, whatever the preset of each says of them; ' +
        '`smoothing` goes to SmoothQuant alone, `holdOut` and `heldOut` to Ours',
      jsonObject,
    )
    .option('--out <DIR>', 'folder for the CSV files', 'results');
  addOutputFlags(command, 'write the table to this file instead; the numbers with their provenance go to --out').action(
    async (numbers: string[], flags: TableFlags) =>
      interruptible(async (signal) => (await import('../actions/table.ts')).writeTables(numbers, flags, signal)),
  );
}
