/** `linchpin playground`: writes a page in which one changes single weights of a model and reads what it then writes. */
import type { WeightEncoding } from '@linchpin/playground';
import { type Command, Option } from 'commander';
import { modelOption, type OutputFlags, superWeightOption } from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface PlaygroundFlags extends Pick<OutputFlags, 'quiet'> {
  readonly model?: string;
  readonly superWeight?: string[];
  readonly out: string;
  readonly weights?: WeightEncoding;
  readonly prompt?: string[];
  readonly text?: string;
}

const examples = `
Examples:
  linchpin playground --out page
  linchpin playground --model HuggingFaceTB/SmolLM2-135M-Instruct --super-weight 11:507:1229 --out page`;

export function addPlaygroundCommand(program: Command, invocation: Invocation): void {
  program
    .command('playground')
    .description(
      'Write a page, static files for any web server, in which one changes weights of a model and reads what it writes.',
    )
    .addHelpText('after', examples)
    .addOption(modelOption())
    .requiredOption('--out <DIR>', 'folder of the page; one that a playground was written to before is replaced')
    .addOption(superWeightOption())
    .addOption(
      new Option(
        '--weights <TYPE>',
        'as the model stores them, or in 8 bits; stored up to 64 MB and int8 beyond when absent',
      ).choices(['stored', 'int8'] satisfies WeightEncoding[]),
    )
    .option('--prompt <TEXT...>', 'what the page offers as beginnings of texts; some that suit most models when absent')
    .option('--text <TEXT>', 'the text of which the page shows the loss')
    .option('--quiet', 'no progress, no warnings, no remarks')
    .action(async (flags: PlaygroundFlags) =>
      (await import('../actions/playground.ts')).writePlayground(flags, invocation),
    );
}
