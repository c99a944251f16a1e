/** `linchpin find`: the super weights of a model about which nothing is known. */
import {
  absoluteSpikes,
  explainedShares,
  searchControls,
  searchLeastEffect,
  searchLimit,
  searchPrompt,
  searchSeed,
} from '@linchpin/defaults';
import type { RuleOptions } from '@linchpin/detection';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { nonNegative, positive, wholeNumber } from '../flag-values.ts';
import {
  addOutputFlags,
  addSessionFlags,
  addStoreFlags,
  type ModelFlags,
  modelOption,
  type OutputFlags,
  type SessionFlags,
  type StoreFlags,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface FindFlags
  extends OutputFlags, StoreFlags, SessionFlags, Pick<ModelFlags, 'model'>, Partial<RuleOptions> {
  readonly prompt: string;
  readonly text?: string;
  readonly limit?: number;
  readonly allAbove?: number;
  readonly controls?: number;
  readonly seed?: number;
  readonly leastEffect?: number;
  readonly cold?: true;
}

const examples = `
Examples:
  linchpin find
  linchpin find --model huggyllama/llama-7b --cold --csv profile.csv
  linchpin find --model HuggingFaceTB/SmolLM2-135M --all-above 5
  linchpin find --model allenai/OLMo-1B-0724-hf --rule absolute --input-above 20`;

export function addFindCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('find')
    .description('Find the super weights of a model, and confirm each by what happens without it.')
    .addHelpText('after', examples)
    .addOption(modelOption());
  for (const option of findOptions()) command.addOption(option);
  command
    .option('--text <FILE>', 'text on which effects are measured; two sentences of an old novel when absent')
    .option('--limit <N>', `most candidates; ${searchLimit} when absent`, wholeNumber(1))
    .option(
      '--all-above <R>',
      'all candidates of all layers whose spikes are more than R times the medians of the other layers, without a limit',
      positive,
    )
    .option(
      '--controls <N>',
      `random scalars that each candidate is compared with; ${searchControls} when absent`,
      wholeNumber(1),
    )
    .option('--seed <N>', `of the random scalars; ${searchSeed} when absent`, wholeNumber(0))
    .option(
      '--least-effect <NATS>',
      `rise of the loss that confirms a candidate; ${searchLeastEffect} a token when absent`,
      nonNegative,
    )
    .option('--cold', 'also guess from the weights alone, and compare');
  addOutputFlags(addStoreFlags(addSessionFlags(command)), 'write the profile of every layer to a CSV file').action(
    async (flags: FindFlags) => (await import('../actions/find.ts')).find(flags, invocation),
  );
}

/** What decides about candidates. */
export function findOptions(): Option[] {
  const { input, output } = absoluteSpikes;
  return [
    new Option('--prompt <TEXT>', 'prompt whose activations are looked at').default(searchPrompt),
    new Option(
      '--rule <RULE>',
      `relative: spikes stand out of the other layers; absolute: they exceed ${input} (input) and ${output} (output)`,
    )
      .choices(['relative', 'absolute'])
      .default('relative'),
    new Option('--input-above <X>', "least magnitude of an input spike, in the place of the rule's").argParser(
      nonNegative,
    ),
    new Option('--output-above <X>', "least magnitude of an output spike, in the place of the rule's").argParser(
      nonNegative,
    ),
    new Option(
      '--explained <LEAST,GREATEST>',
      `share of an output spike that one weight has to make; ${explainedShares.join(',')} when absent`,
    ).argParser(range),
  ];
}

function range(text: string): readonly [number, number] {
  const [least, greatest, ...rest] = text.split(',').map(Number);
  if (least === undefined || greatest === undefined || rest.length > 0 || !(least <= greatest))
    throw new InvalidArgumentError('Expected two numbers with a comma between them, the smaller one first.');
  return [least, greatest];
}
