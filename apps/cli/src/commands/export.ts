/** `linchpin export`: writes an edited model for other programs. */
import type { InterventionSpecification } from '@linchpin/harness';
import { type Command, Option } from 'commander';
import { collectNames, wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  cacheOption,
  type CalibrationFlags,
  datasetsOption,
  type HarnessFlags,
  interventionOption,
  modelOption,
  type OutputFlags,
  superWeightOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface ExportFlags
  extends Pick<OutputFlags, 'json' | 'quiet'>, CalibrationFlags, Pick<HarnessFlags, 'datasets' | 'cache'> {
  readonly model?: string;
  readonly superWeight?: string[];
  readonly intervention?: readonly InterventionSpecification[];
  readonly format: string;
  readonly out: string;
  readonly force?: true;
  readonly dtype?: string;
  readonly block?: number;
  readonly holdOut?: boolean;
  readonly context?: number;
}

const examples = `
Examples:
  linchpin export --format safetensors --intervention prune-super-weight --out pruned
  linchpin export --format onnx --dtype fp32,q8,q4 --out mini-onnx
  linchpin export --model HuggingFaceTB/SmolLM2-135M --super-weight auto --format onnx --dtype q4 --block 64 --out q4`;

export function addExportCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('export')
    .description('Write an edited model for other programs: transformers, transformers.js, onnxruntime-genai.')
    .addHelpText('after', examples)
    .addOption(modelOption())
    .addOption(interventionOption())
    .requiredOption('--format <FORMAT>', 'safetensors: a checkpoint; onnx: a decoder that keeps keys and values')
    .requiredOption('--out <DIR>', 'folder of the model, which is not there yet or is empty')
    .option('--force', 'replace the model that stands there')
    .addOption(
      new Option(
        '--dtype <LIST>',
        'of safetensors, what changed tensors are written in: exact (float32 only where the stored type would round), float32 or ' +
          'stored; of onnx, one or several of fp32, fp16, q8 and q4, separated by commas; exact and fp32 when absent',
      ).argParser(collectNames),
    )
    .option('--block <N>', 'weights of a block in q8 and q4: 16, 32, 64, 128 or 256; 32 when absent', wholeNumber(1))
    .option('--hold-out', 'hold super weights out of their blocks in q8 and q4; those that are known when absent')
    .option('--no-hold-out', 'round super weights with their blocks')
    .option('--context <N>', "tokens of the longest sequence of onnx; the model's context when absent", wholeNumber(1))
    .addOption(datasetsOption())
    .addOption(superWeightOption());
  addCalibrationFlags(command)
    .addOption(cacheOption())
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress, no warnings, no remarks')
    .action(async (flags: ExportFlags) => (await import('../actions/export.ts')).exportForOthers(flags, invocation));
}
