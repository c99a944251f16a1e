/** `linchpin table NAME...`: whole tables of papers. */
import { outlierFraction } from '@linchpin/defaults';
import type { Json } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import { collect, collectRows, jsonObject, type RowFlag, share, wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  addModelFlags,
  addOutputFlags,
  addScoringFlags,
  addStoreFlags,
  type ModelFlags,
  modelsOption,
  type ScoringFlags,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { addTuningFlags, type TuningFlags } from '../tuning-flags.ts';

export interface TableFlags extends Omit<ModelFlags, 'model'>, ScoringFlags, TuningFlags {
  readonly model?: string[];
  readonly outlierFraction?: number;
  readonly quantize?: Readonly<Record<string, Json>>;
  readonly protocol?: string;
  readonly row?: readonly RowFlag[];
  readonly set?: readonly string[];
  readonly together?: number;
  readonly out: string;
}

const examples = `
Examples:
  linchpin table 1
  linchpin table 1 --model huggyllama/llama-7b --datasets data --out results/llama-7b
  linchpin table 3 --quantize '{"weights": "per_channel"}'
  linchpin table 3 --model huggyllama/llama-7b --model huggyllama/llama-13b --datasets data --out results/llama
  linchpin table smt:commonsense --model HuggingFaceTB/SmolLM2-135M --datasets data --set boolq --limit 100
  linchpin table smt:commonsense --row '{"label": "Prune SW", "interventions": ["prune-super-weight"]}'`;

export function addTableCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('table')
    .argument('<names...>', 'tables, for example 1 or 1 3 or smt:commonsense; `linchpin ls tables` lists them')
    .description('Write tables of papers as CSV; a bare number is one of the super-weight paper.')
    .addHelpText('after', examples);
  addScoringFlags(addStoreFlags(addCalibrationFlags(addModelFlags(command, modelsOption()))))
    .option(
      '--outlier-fraction <F>',
      `share of each matrix that Prune Non-SW removes; what the model's card says, or the paper's ${outlierFraction.toExponential()}, when absent`,
      share,
    )
    .option(
      '--quantize <JSON>',
      'options of `quantize` that all quantized rows have, whatever the preset of each says of them; ' +
        '`smoothing` goes to SmoothQuant alone, `holdOut` and `heldOut` to Ours; the smoothing {"alpha": "search"} adds a ' +
        'row, SmoothQuant at the alpha that is found, and leaves the others as they are',
      jsonObject,
    )
    .option('--protocol <NAME>', 'of smt:commonsense: smt, the default, or llm-adapters, that of its baselines')
    .option(
      '--row <JSON>',
      'of smt:commonsense: a row, such as {"label": "Prune SW", "interventions": ["prune-super-weight"]}; may be given ' +
        'several times; the model as it is when absent',
      collectRows,
    )
    .option('--set <NAME>', 'of smt:commonsense: one of its sets; may be given several times; all when absent', collect)
    .option('--together <N>', 'of smt:commonsense: texts that are written at once; 8 when absent', wholeNumber(1))
    .option('--out <DIR>', 'folder for the CSV files', 'results');
  addTuningFlags(command, 'smt:1 and smt:4');
  addOutputFlags(command, 'write the table to this file instead; the numbers with their provenance go to --out').action(
    async (names: string[], flags: TableFlags) =>
      (await import('../actions/table.ts')).writeTables(names, flags, invocation),
  );
}
