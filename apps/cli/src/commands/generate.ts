/** `linchpin generate`: continues prompts, under interventions beside the original. */
import { writingBatchTokens, writtenTokens } from '@linchpin/defaults';
import type { DecodingOptions } from '@linchpin/generation';
import type { BosRule } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import { collect, positive, share, wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  addModelFlags,
  addOutputFlags,
  bosOption,
  type InterventionFlags,
  interventionOption,
  modelOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface GenerateFlags extends InterventionFlags, DecodingOptions {
  readonly prompt: readonly string[];
  readonly maxTokens: number;
  readonly bos: BosRule;
}

const examples = `
Examples:
  linchpin generate --prompt 'Once upon a time'
  linchpin generate --prompt 'Summer is hot. Winter is ' --intervention prune-super-weight
  linchpin generate --prompt 'Once upon a time' --beams 4 --repetition-penalty 1.1
  linchpin generate --prompt 'Once upon a time' --temperature 0.8 --top-p 0.95 --seed 1`;

export function addGenerateCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('generate')
    .description('Write text; under interventions what the original writes comes first, to compare.')
    .addHelpText('after', examples)
    .requiredOption('--prompt <TEXT>', 'what is continued, white space included; may be given several times', collect)
    .addOption(interventionOption());
  addCalibrationFlags(addModelFlags(command, modelOption(), writingBatchTokens))
    .option('--max-tokens <N>', 'most tokens that are written', wholeNumber(1), writtenTokens)
    .option(
      '--temperature <T>',
      'draw tokens instead of taking the likeliest; below 1 sharpens, above flattens',
      positive,
    )
    .option('--beams <N>', 'search with N beams for the likeliest text, as transformers does', wholeNumber(1))
    .option(
      '--repetition-penalty <R>',
      'make what prompt and text hold already less likely above 1, more likely below; 1 when absent',
      positive,
    )
    .option('--top-k <K>', 'draw from the K likeliest tokens alone', wholeNumber(1))
    .option('--top-p <P>', 'draw from the fewest of the likeliest tokens that have this share together', share)
    .option('--seed <N>', 'of the draws, which begin anew for every text; 0 when absent', wholeNumber(0))
    .addOption(
      bosOption("the tokenizer's own rule, as transformers has it, when absent", 'prompt').default('tokenizer'),
    );
  addOutputFlags(command, 'write texts and likeliest next tokens to a CSV file').action(async (flags: GenerateFlags) =>
    (await import('../actions/generate.ts')).generateTexts(flags, invocation),
  );
}
