import { Option } from 'commander';
import { paperFactors, parseFactors } from './factors.ts';

/** The flag of everything that sweeps. */
export function factorsOption(): Option {
  return new Option(
    '--factors <LIST|RANGE>',
    `what super weights are multiplied by: numbers separated by commas, or FIRST:LAST:STEP; 1 is always among them; ${paperFactors.join(',')}, as in the paper, when absent`,
  ).argParser(parseFactors);
}
