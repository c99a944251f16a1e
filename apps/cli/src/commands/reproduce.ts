/** `linchpin reproduce`: the paper's tables and figures of one model, and the report of them. */
import type { Json } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import { jsonObject, wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  addSessionFlags,
  addStoreFlags,
  datasetsOption,
  dtypeOption,
  factorsOption,
  limitOption,
  type ModelFlags,
  modelOption,
  superWeightOption,
  windowsOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface ReproduceFlags extends Omit<ModelFlags, 'json' | 'csv'> {
  readonly tables: readonly string[];
  readonly figures: readonly string[];
  readonly limit?: number;
  readonly windows?: number;
  readonly figureLimit?: number;
  readonly figureWindows?: number;
  readonly factors?: string;
  readonly blocks?: string;
  readonly quantize?: Readonly<Record<string, Json>>;
  readonly out: string;
}

const examples = `
Examples:
  linchpin reproduce
  linchpin reproduce --model huggyllama/llama-7b --datasets data --figures 3,7,11 --out results/llama-7b
  linchpin reproduce --model HuggingFaceTB/SmolLM2-135M --datasets data --super-weight 11:507:1229 --limit 100 --windows 6`;

export function addReproduceCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('reproduce')
    .description('Write tables and figures of the super-weight paper, and a report of them as one HTML page.')
    .addHelpText('after', examples)
    .addOption(modelOption())
    .addOption(datasetsOption())
    .addOption(superWeightOption())
    .option('--tables <NUMBERS>', 'tables, separated by commas', numbers, ['1', '2', '3'])
    .option('--figures <NUMBERS>', 'figures, separated by commas', numbers, ['1', '3', '4', '10', '11'])
    .addOption(limitOption())
    .addOption(windowsOption())
    .option('--figure-limit <N>', 'of the figures, in the place of --limit', wholeNumber(1))
    .option('--figure-windows <N>', 'of the figures, in the place of --windows', wholeNumber(1))
    .addOption(factorsOption())
    .option('--blocks <LIST>', 'of figure 7, as `linchpin figure` takes it')
    .option('--quantize <JSON>', 'of table 3, as `linchpin table` takes it', jsonObject)
    .option('--out <DIR>', 'folder for all files; the report is report.html in it', 'results')
    .option('--quiet', 'no progress, no warnings, no remarks');
  addStoreFlags(addCalibrationFlags(addSessionFlags(command).addOption(dtypeOption()))).action(
    async (flags: ReproduceFlags) => (await import('../actions/reproduce.ts')).reproduce(flags, invocation),
  );
}

function numbers(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}
