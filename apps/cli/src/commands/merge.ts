/** `linchpin merge`: writes a checkpoint with interventions in its weights. */
import type { InterventionSpecification } from '@linchpin/harness';
import { type Command, Option } from 'commander';
import {
  addCalibrationFlags,
  type CalibrationFlags,
  datasetsOption,
  type HarnessFlags,
  interventionOption,
  modelOption,
  type OutputFlags,
  superWeightOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface MergeFlags
  extends Pick<OutputFlags, 'json' | 'quiet'>, CalibrationFlags, Pick<HarnessFlags, 'datasets' | 'cache'> {
  readonly model?: string;
  readonly superWeight?: string[];
  readonly intervention: readonly InterventionSpecification[];
  readonly out: string;
  readonly dtype: 'float32' | 'stored';
}

const examples = `
Examples:
  linchpin merge --intervention prune-super-weight --out pruned
  linchpin merge --model HuggingFaceTB/SmolLM2-135M --intervention 'full:{"path": "tuned"}' --dtype stored --out merged`;

export function addMergeCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('merge')
    .description('Write a checkpoint with interventions in its weights, which transformers opens, too.')
    .addHelpText('after', examples)
    .addOption(modelOption())
    .addOption(interventionOption().makeOptionMandatory())
    .requiredOption('--out <DIR>', 'folder of the checkpoint, which is not there yet or is empty')
    .addOption(
      new Option('--dtype <TYPE>', 'what changed tensors are written in: float32, or what the model stores them in')
        .choices(['float32', 'stored'])
        .default('float32'),
    )
    .addOption(datasetsOption())
    .addOption(superWeightOption());
  addCalibrationFlags(command)
    .option(
      '--cache <DIR>',
      'folder for edited copies of weights; linchpin/encoded in the folder of caches when absent',
    )
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress, no warnings, no remarks')
    .action(async (flags: MergeFlags) => (await import('../actions/merge.ts')).merge(flags, invocation));
}
