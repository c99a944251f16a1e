/** `linchpin select`: which parts of a model a method would train. */
import type { InterventionSpecification } from '@linchpin/harness';
import type { PromptStyle } from '@linchpin/tuning';
import { type Command, Option } from 'commander';
import {
  castWeightsOption,
  collect,
  datasetsOption,
  type HarnessFlags,
  interventionOf,
  interventionOption,
  modelOption,
  type OutputFlags,
  superWeightOption,
  threadsOption,
  wholeNumber,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface SelectFlags
  extends Pick<OutputFlags, 'json' | 'quiet'>, Pick<HarnessFlags, 'datasets' | 'threads' | 'castWeights' | 'cache'> {
  readonly model?: string;
  readonly superWeight?: string[];
  readonly intervention?: InterventionSpecification[];
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
  program
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
    .addOption(datasetsOption())
    .option('--limit <N>', 'only the first N rows of the data', wholeNumber(1))
    .option(
      '--max-length <N>',
      "most tokens of an example; the model's context, at most 2048, when absent",
      wholeNumber(2),
    )
    .addOption(
      new Option('--prompt-style <STYLE>', 'how instructions become text; llm-adapters when absent').choices([
        'llm-adapters',
        'smt',
        'plain',
      ] satisfies PromptStyle[]),
    )
    .option('--batch-size <N>', 'examples that are run at once, and make a step; 8 when absent', wholeNumber(1))
    .option('--seed <N>', 'of the order of the data; 0 when absent', wholeNumber(0))
    .addOption(interventionOption())
    .addOption(superWeightOption())
    .addOption(threadsOption())
    .addOption(castWeightsOption())
    .option(
      '--cache <DIR>',
      'folder for edited copies of weights; linchpin/encoded in the folder of caches when absent',
    )
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress, no warnings, no remarks')
    .action(async (flags: SelectFlags) => (await import('../actions/select.ts')).select(flags, invocation));
}
