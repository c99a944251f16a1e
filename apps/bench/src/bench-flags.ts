/** The flags of `npm run -s bench`. */
import { scoringBatchTokens } from '@linchpin/defaults';
import type { CastWeights } from '@linchpin/runtime';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ExecutionName, executionNames } from './executions.ts';
import { type FewShotForm, fewShotForms } from './few-shot-rows.ts';
import type { CheckpointFlags } from './set-up.ts';
import { shapes } from './shapes.ts';

export interface BenchFlags extends CheckpointFlags {
  readonly datasets?: string;
  readonly items?: number;
  readonly windows: number;
  readonly fewshot?: number;
  readonly forms?: readonly FewShotForm[];
  readonly execution: readonly ExecutionName[];
  readonly batchTokens: number;
  readonly threads?: number;
  readonly castWeights?: CastWeights;
  readonly sessions: number;
  readonly rounds?: number;
  readonly profile: boolean;
  readonly python?: string;
  readonly peerScript?: string;
  readonly check?: true;
  readonly writeBaseline?: true;
}

export function parseFlags(): BenchFlags {
  return new Command('bench')
    .description(
      'Times the first items of six tasks, and running text, beside a plain matrix product and, with --python, beside lm-evaluation-harness.',
    )
    .addOption(
      new Option('--shape <NAME>', 'random LLaMA weights of this shape')
        .choices(Object.keys(shapes))
        .default('134M')
        .conflicts('model'),
    )
    .option('--model <DIR>', 'a checkpoint instead of random weights')
    .option('--datasets <DIR>', 'data folder; the shared one, else the mini sets')
    .addOption(
      new Option('--tokenizer <DIR>', 'tokenizer of the random checkpoint; llama2 of the shared folder').conflicts(
        'model',
      ),
    )
    .option('--items <N>', 'items of each task, none for 0; 100 when absent, 20 with --check', count)
    .option(
      '--windows <N>',
      'requests of running text, a context long, none for 0; two are made of each piece',
      count,
      4,
    )
    .addOption(
      new Option(
        '--fewshot <N>',
        'prompts with N examples of a subject, and with five times as many that are drawn anew for each question, instead of tasks and running text',
      )
        .argParser(wholeNumber)
        .conflicts(['windows', 'datasets', 'check', 'writeBaseline']),
    )
    .addOption(
      new Option('--forms <NAMES>', `of ${fewShotForms.join(', ')}: those that --fewshot times; all when absent`)
        .argParser(forms)
        .implies({ fewshot: 5 }),
    )
    .option('--execution <NAMES>', `of ${executionNames.join(', ')}, separated by commas`, executions, executionNames)
    .option('--batch-tokens <N>', 'token budget of a batch', wholeNumber, scoringBatchTokens)
    .option(
      '--threads <N>',
      'threads of all sessions together; OMP_NUM_THREADS or one a physical core when absent',
      wholeNumber,
    )
    .addOption(
      new Option(
        '--cast-weights <WHEN>',
        'when half-precision weights become float32; chosen by free memory when absent',
      ).choices(['once', 'every-batch']),
    )
    .option(
      '--sessions <N>',
      'processes that share the items and the threads, beside one that has all; at most one a thread',
      wholeNumber,
      1,
    )
    .option(
      '--rounds <N>',
      'the best of so many rounds counts, of lm-eval too; 1 when absent, 3 with --check',
      wholeNumber,
    )
    .option('--no-profile', 'no summary of where the time goes, for which a few items are run once more')
    .option('--python <FILE>', 'a Python that has lm-eval: runs it on the same work')
    .option('--peer-script <FILE>', 'the runner script; peers/lm_eval_local.py of the shared folder')
    .option('--check', 'compare the ratios with those of baseline.json, and fail where one is worse or missing')
    .option('--write-baseline', 'put the ratios into baseline.json')
    .parse()
    .opts<BenchFlags>();
}

export function wholeNumber(text: string): number {
  const value = count(text);
  if (value < 1) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

function executions(text: string): readonly ExecutionName[] {
  return namesOf(executionNames, text);
}

function forms(text: string): readonly FewShotForm[] {
  return namesOf(fewShotForms, text);
}

function namesOf<Name extends string>(names: readonly Name[], text: string): readonly Name[] {
  return text.split(',').map((name) => {
    const known = names.find((each) => each === name);
    if (known === undefined) throw new InvalidArgumentError(`Expected some of ${names.join(', ')}.`);
    return known;
  });
}
