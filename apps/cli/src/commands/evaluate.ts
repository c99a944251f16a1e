/** `linchpin evaluate`: any tasks under any chain of interventions. */
import type { BosRule } from '@linchpin/plugin-api';
import { type Command, Option } from 'commander';
import { collectNames, countOrShare, fewshotCount, wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  addModelFlags,
  addOutputFlags,
  addStoreFlags,
  bosOption,
  type InterventionFlags,
  interventionOption,
  referenceOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface EvaluateFlags extends InterventionFlags {
  readonly tasks: string;
  readonly bos?: BosRule;
  readonly limit?: number;
  readonly sample?: number;
  readonly seed?: number;
  readonly numFewshot?: number | 'published';
  readonly fewshotSeed?: number;
  readonly applyChatTemplate?: string | true;
  readonly system?: string;
  readonly samples?: string;
  readonly reference?: readonly string[];
}

/** Of `--seed`, as lm-evaluation-harness's seeds. */
export const defaultSeed = 1234;

const examples = `
Examples:
  linchpin evaluate --tasks piqa,arc_easy
  linchpin evaluate --tasks 'mmlu_*,arc_challenge' --num-fewshot published --limit 0.1
  linchpin evaluate --tasks mmlu --num-fewshot 5 --apply-chat-template --system 'Answer with a letter.'
  linchpin evaluate --tasks piqa --intervention prune-super-weight --intervention restore-super-activation
  linchpin evaluate --tasks piqa --intervention 'prune-outliers:{"fraction": 1e-4}' --samples piqa.jsonl`;

export function addEvaluateCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('evaluate')
    .description('Score tasks as lm-evaluation-harness does, with and without examples before the questions.')
    .addHelpText('after', examples)
    .requiredOption(
      '--tasks <NAMES>',
      'tasks, groups, tags or patterns as mmlu_*, separated by commas; may be given several times; `linchpin ls tasks` lists them',
      collectNames,
    )
    .addOption(interventionOption())
    .addOption(referenceOption());
  addStoreFlags(addCalibrationFlags(addModelFlags(command)))
    .addOption(bosOption("what the model's card says, or tokenizer, when absent"))
    .option('--limit <N>', 'only the first N items of every task, or below 1 that share of them', countOrShare)
    .addOption(
      new Option('--sample <N>', 'only N items of every task, drawn without replacement')
        .argParser(wholeNumber(1))
        .conflicts('limit'),
    )
    .option('--seed <N>', `of the draw of --sample; ${defaultSeed} when absent`, wholeNumber(0))
    .option(
      '--num-fewshot <N>',
      'examples before every question, or `published`: as many as published results have; what linchpin.config.ts says, or the task itself (mostly none), when absent',
      fewshotCount,
    )
    .option('--fewshot-seed <N>', 'of the draws of examples; 1234 when absent', wholeNumber(0))
    .option(
      '--apply-chat-template [NAME]',
      "make chats of the prompts, by the model's chat template of this name, or its default one; examples are turns",
    )
    .option('--system <TEXT>', 'what the system says before everything else')
    .option('--samples <FILE>', 'write every request with its log-likelihood to a JSONL file');
  addOutputFlags(command, 'write the numbers with their provenance to a CSV file').action(
    async (flags: EvaluateFlags) => (await import('../actions/evaluate.ts')).evaluate(flags, invocation),
  );
}
