/** Flags of what is measured on the unedited model before it is changed. */
import type { Command } from 'commander';
import { wholeNumber } from '../flags.ts';
import { defaultSamples, defaultTokens } from './defaults.ts';

/** Adds the flags of CalibrationFlags. */
export function addCalibrationFlags(command: Command): Command {
  return command
    .option(
      '--calibration <NAME|FILE>',
      'what activation scales are measured on: wikitext2-train, else wikitext2-validation (with --datasets, when absent), self-generated (the embedded sets, when absent), or a text or JSONL file; or a safetensors or .pt file with scales',
    )
    .option('--calibration-samples <N>', `most samples of it; ${defaultSamples} when absent`, wholeNumber(1))
    .option('--calibration-tokens <N>', `most tokens of a sample; ${defaultTokens} when absent`, wholeNumber(1))
    .option('--save-calibration <FILE>', 'write the scales that were measured to a safetensors file');
}
