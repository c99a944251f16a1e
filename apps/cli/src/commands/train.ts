/** `linchpin train`: trains a model by a method, into a folder that an intervention reads. */
import { trainingDefaults as defaults, trainingSaveSeconds } from '@linchpin/defaults';
import type { Schedule } from '@linchpin/training';
import { type Command, Option } from 'commander';
import { belowOne, collect, fileOrCount, interventionOf, nonNegative, positive, wholeNumber } from '../flag-values.ts';
import {
  addOutputFlags,
  cacheOption,
  castWeightsOption,
  datasetsOption,
  type HarnessFlags,
  interventionOption,
  modelOption,
  type OutputFlags,
  superWeightOption,
  threadsOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { textOptions } from '../tuning-flags.ts';
import type { SelectFlags } from './select.ts';

export interface TrainFlags extends SelectFlags, Pick<OutputFlags, 'csv'>, Pick<HarnessFlags, 'fresh'> {
  readonly validation?: string | number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly accumulate?: number;
  readonly learningRate?: number;
  readonly schedule?: Schedule;
  readonly warmUp?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly weightDecay?: number;
  readonly clip?: number | 'none';
  readonly evaluateEvery?: number;
  readonly patience?: number;
  readonly saveEvery?: number;
  readonly recompute?: boolean;
}

const examples = `
Examples:
  linchpin train --data texts.jsonl --method full --out tuned
  linchpin train --data llm-adapters/boolq --datasets data --validation 120 --method 'smt:{"block": 64}' --learning-rate 1e-4 --out tuned
  linchpin train --data texts.jsonl --intervention prune-super-weight --method 'full:{"tensors": ["down_proj"]}' --out repaired

The same command goes on where it was ended; what is done already is not done again.`;

export function addTrainCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('train')
    .description('Train a model by a method: all weights, chosen blocks of them, or adapters beside them.')
    .addHelpText('after', examples)
    .addOption(modelOption())
    .requiredOption(
      '--data <FILE|NAME>',
      'what is trained on: JSONL or a JSON array with `text`, or with `instruction` and `output`; a text file; or a data set of the folder, whose training split it is; may be given several times',
      collect,
    )
    .requiredOption(
      '--method <NAME[:JSON]>',
      'how it is trained; `linchpin ls methods` lists methods with their options',
      interventionOf,
    )
    .requiredOption('--out <DIR>', 'folder of the result, and of the states from which the same command goes on');
  for (const each of [...dataOptions(), ...courseOptions()]) command.addOption(each);
  command
    .addOption(interventionOption())
    .addOption(superWeightOption())
    .option('--save-every <SECONDS>', `between states on disk; ${trainingSaveSeconds} when absent`, positive)
    .option('--recompute', 'compute activations again for their gradients: less memory, more time')
    .option('--no-recompute', 'keep activations for their gradients; decided by what fits when neither is given')
    .option('--fresh', 'begin anew, and forget the training that the folder holds')
    .addOption(threadsOption())
    .addOption(castWeightsOption())
    .addOption(cacheOption());
  addOutputFlags(command, 'write the loss of every step to a CSV file, too').action(async (flags: TrainFlags) =>
    (await import('../actions/train.ts')).train(flags, invocation),
  );
}

function dataOptions(): Option[] {
  return [
    datasetsOption(),
    new Option(
      '--validation <FILE|N>',
      'a file, or how many rows at the end of the data, on which the loss is evaluated; the best values are kept; nothing when absent',
    ).argParser(fileOrCount),
    ...textOptions(),
  ];
}

/** How the training goes. */
function courseOptions(): Option[] {
  return [
    option('--epochs <X>', 'times that the data are gone through; 1 when absent', positive),
    option('--steps <N>', 'steps of the optimizer, in the place of epochs', wholeNumber(1)),
    option('--batch-size <N>', `examples that are run at once; ${defaults.batchSize} when absent`, wholeNumber(1)),
    option('--accumulate <N>', 'batches that make one step; 1 when absent', wholeNumber(1)),
    option('--learning-rate <X>', `the largest learning rate; ${defaults.learningRate} when absent`, positive),
    new Option('--schedule <NAME>', `what becomes of it behind the warm-up; ${defaults.schedule} when absent`).choices([
      'linear',
      'cosine',
      'constant',
    ] satisfies Schedule[]),
    option('--warm-up <N>', `steps over which it rises from 0; ${defaults.warmUpSteps} when absent`, wholeNumber(0)),
    option('--beta1 <X>', `of AdamW; ${defaults.beta1} when absent`, belowOne),
    option('--beta2 <X>', `of AdamW; ${defaults.beta2} when absent`, belowOne),
    option('--weight-decay <X>', `of matrices; ${defaults.weightDecay} when absent`, nonNegative),
    option('--clip <X|none>', `bound of the norm of the gradients; ${defaults.clip} when absent`, positiveOrNone),
    option(
      '--seed <N>',
      `of the order of the data and of random beginnings; ${defaults.seed} when absent`,
      wholeNumber(0),
    ),
    option(
      '--evaluate-every <N>',
      'steps between evaluations; at least one an epoch and ten in all when absent',
      wholeNumber(1),
    ),
    option('--patience <N>', 'end after so many evaluations without a smaller loss; never when absent', wholeNumber(1)),
  ];
}

function option(flags: string, meaning: string, parse: (text: string) => unknown): Option {
  return new Option(flags, meaning).argParser(parse);
}

function positiveOrNone(text: string): number | 'none' {
  return text === 'none' ? text : positive(text);
}
