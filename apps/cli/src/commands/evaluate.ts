/** `linchpin evaluate`: any tasks under any chain of interventions. */
import type { BosRule } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import { collectNames, wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  addModelFlags,
  addOutputFlags,
  addStoreFlags,
  bosOption,
  type InterventionFlags,
  interventionOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface EvaluateFlags extends InterventionFlags {
  readonly tasks: string;
  readonly bos?: BosRule;
  readonly limit?: number;
  readonly samples?: string;
}

const examples = `
Examples:
  linchpin evaluate --tasks piqa,arc_easy
  linchpin evaluate --tasks piqa --intervention prune-super-weight --intervention restore-super-activation
  linchpin evaluate --tasks piqa --intervention 'prune-outliers:{"fraction": 1e-4}' --samples piqa.jsonl`;

export function addEvaluateCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('evaluate')
    .description('Score zero-shot tasks, as lm-evaluation-harness does at zero shots.')
    .addHelpText('after', examples)
    .requiredOption(
      '--tasks <NAMES>',
      'tasks, separated by commas; may be given several times; `linchpin ls tasks` lists them',
      collectNames,
    )
    .addOption(interventionOption());
  addStoreFlags(addCalibrationFlags(addModelFlags(command)))
    .addOption(bosOption("what the model's card says, or tokenizer, when absent"))
    .option('--limit <N>', 'only the first N items of every task', wholeNumber(1))
    .option('--samples <FILE>', 'write every request with its log-likelihood to a JSONL file');
  addOutputFlags(command, 'write the numbers with their provenance to a CSV file').action(
    async (flags: EvaluateFlags) => (await import('../actions/evaluate.ts')).evaluate(flags, invocation),
  );
}
