/** `linchpin find`: the super weights of a model about which nothing is known. */
import type { Command } from 'commander';
import {
  addOutputFlags,
  castWeightsOption,
  modelOption,
  nonNegative,
  type ModelFlags,
  type OutputFlags,
  type StoreFlags,
  threadsOption,
  wholeNumber,
} from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { addStoreFlags } from '../store/store-flags.ts';
import { type FindFlags, findOptions } from '../find/find-flags.ts';

export interface FindCommandFlags extends OutputFlags, FindFlags, StoreFlags, Pick<ModelFlags, 'model'> {}

const examples = `
Examples:
  linchpin find
  linchpin find --model huggyllama/llama-7b --cold --csv profile.csv
  linchpin find --model allenai/OLMo-1B-0724-hf --rule absolute --input-above 20`;

export function addFindCommand(program: Command): void {
  const command = program
    .command('find')
    .description('Find the super weights of a model, and confirm each by what happens without it.')
    .addHelpText('after', examples)
    .addOption(modelOption());
  for (const option of findOptions()) command.addOption(option);
  command
    .option('--text <FILE>', 'text on which effects are measured; two sentences of an old novel when absent')
    .option('--limit <N>', 'most candidates; 10 when absent', wholeNumber(1))
    .option('--controls <N>', 'random scalars that each candidate is compared with; 5 when absent', wholeNumber(1))
    .option('--seed <N>', 'of the random scalars; 0 when absent', wholeNumber(0))
    .option(
      '--least-effect <NATS>',
      'rise of the loss that confirms a candidate; 0.05 a token when absent',
      nonNegative,
    )
    .option('--cold', 'also guess from the weights alone, and compare')
    .addOption(threadsOption())
    .addOption(castWeightsOption());
  addOutputFlags(addStoreFlags(command), 'write the profile of every layer to a CSV file').action(
    async (flags: FindCommandFlags) =>
      interruptible(async (signal) => (await import('../actions/find.ts')).find(flags, signal)),
  );
}
