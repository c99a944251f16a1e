/** Flags of the search. */
import { InvalidArgumentError, Option } from 'commander';
import { nonNegative, type ModelFlags } from '../flags.ts';

export interface FindFlags extends Pick<ModelFlags, 'threads' | 'castWeights'> {
  readonly prompt: string;
  readonly rule: 'relative' | 'absolute';
  readonly inputAbove?: number;
  readonly outputAbove?: number;
  readonly explained?: readonly [number, number];
  readonly text?: string;
  readonly limit?: number;
  readonly controls?: number;
  readonly seed?: number;
  readonly leastEffect?: number;
  readonly cold?: true;
}

/** That of the reference's figures. */
export const defaultPrompt = 'Apple Inc. is a worldwide tech company.';

/** What decides about candidates. */
export function findOptions(): Option[] {
  return [
    new Option('--prompt <TEXT>', 'prompt whose activations are looked at').default(defaultPrompt),
    new Option(
      '--rule <RULE>',
      'relative: spikes stand out of the other layers; absolute: they exceed 50 (input) and 70 (output)',
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
      'share of an output spike that one weight has to make; 0.5,1.5 when absent',
    ).argParser(range),
  ];
}

function range(text: string): readonly [number, number] {
  const [least, greatest, ...rest] = text.split(',').map(Number);
  if (least === undefined || greatest === undefined || rest.length > 0 || !(least <= greatest))
    throw new InvalidArgumentError('Expected two numbers with a comma between them, the smaller one first.');
  return [least, greatest];
}
