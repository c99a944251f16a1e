/** `linchpin merge`: writes a checkpoint with interventions in its weights. */
import type { InterventionSpecification } from '@linchpin/harness';
import { type Command, Option } from 'commander';
import {
  addCalibrationFlags,
  addOutputFlags,
  cacheOption,
  type CalibrationFlags,
  datasetsOption,
  interventionOption,
  type ModelFlags,
  modelOption,
  type OutputFlags,
  superWeightOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface MergeFlags
  extends
    Pick<OutputFlags, 'json' | 'quiet'>,
    CalibrationFlags,
    Pick<ModelFlags, 'model' | 'superWeight' | 'datasets' | 'cache'> {
  readonly intervention: readonly InterventionSpecification[];
  readonly out: string;
  readonly dtype: 'float32' | 'stored' | 'exact';
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
      new Option(
        '--dtype <TYPE>',
        'what changed tensors are written in: float32, what the model stores them in, or that where it is exact',
      )
        .choices(['float32', 'stored', 'exact'])
        .default('float32'),
    )
    .addOption(datasetsOption())
    .addOption(superWeightOption());
  addOutputFlags(addCalibrationFlags(command).addOption(cacheOption())).action(async (flags: MergeFlags) =>
    (await import('../actions/merge.ts')).merge(flags, invocation),
  );
}
