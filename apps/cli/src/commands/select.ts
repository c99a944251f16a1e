/** `linchpin select`: which parts of a model a method would train. */
import { trainingDefaults as defaults } from '@linchpin/defaults';
import type { InterventionSpecification } from '@linchpin/harness';
import type { PromptStyle } from '@linchpin/tuning';
import type { Command } from 'commander';
import { collect, interventionOf, wholeNumber } from '../flag-values.ts';
import {
  addOutputFlags,
  cacheOption,
  castWeightsOption,
  datasetsOption,
  type InterventionFlags,
  interventionOption,
  modelOption,
  type OutputFlags,
  superWeightOption,
  threadsOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { textOptions } from '../tuning-flags.ts';

export interface SelectFlags
  extends
    Pick<OutputFlags, 'json' | 'quiet'>,
    Pick<
      InterventionFlags,
      'model' | 'superWeight' | 'intervention' | 'datasets' | 'threads' | 'castWeights' | 'cache'
    > {
  readonly data: readonly string[];
  readonly method: Exclude<InterventionSpecification, { readonly edit: unknown }>;
  readonly out: string;
  readonly limit?: number;
  readonly maxLength?: number;
  readonly promptStyle?: PromptStyle;
  readonly batchSize?: number;
  readonly seed?: number;
}

const examples = `
Examples:
  linchpin select --data texts.jsonl --method 'smt:{"block": 16, "attentionBlocks": 24, "warmUpSteps": 4}' --out chosen
  linchpin select --model huggyllama/llama-7b --data commonsense_170k.json --method smt --out chosen`;

export function addSelectCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('select')
    .description('Show which blocks of a model a training would choose: as a list, and by layers as a heat map.')
    .addHelpText('after', examples)
    .addOption(modelOption())
    .requiredOption(
      '--data <FILE>',
      'what is looked at: JSONL or a JSON array with `text`, or with `instruction` and `output`, or a text file; may be given several times',
      collect,
    )
    .requiredOption(
      '--method <NAME[:JSON]>',
      'a method that chooses parts of matrices, smt for example, with its options',
      interventionOf,
    )
    .requiredOption('--out <DIR>', 'folder of selected.csv, layers.csv and layers.svg')
    .addOption(datasetsOption());
  for (const option of textOptions()) command.addOption(option);
  command
    .option(
      '--batch-size <N>',
      `examples that are run at once, and make a step; ${defaults.batchSize} when absent`,
      wholeNumber(1),
    )
    .option('--seed <N>', `of the order of the data; ${defaults.seed} when absent`, wholeNumber(0))
    .addOption(interventionOption())
    .addOption(superWeightOption())
    .addOption(threadsOption())
    .addOption(castWeightsOption())
    .addOption(cacheOption());
  addOutputFlags(command).action(async (flags: SelectFlags) =>
    (await import('../actions/select.ts')).select(flags, invocation),
  );
}
