/** Flags that not every table takes. One that no table would read is refused: it would look like a result without effect. */
import { type CalibrationOption, calibrationOptions } from '../calibration/calibration-options.ts';
import type { TableFlags } from '../commands/table.ts';
import { isFilledIn } from '../config/filled-in.ts';
import { tableFlagNotTaken } from '../errors.ts';
import { flagName } from '../flag-name.ts';
import type { ListedTable } from './directory-table.ts';

export type TableOption =
  | 'bos'
  | 'datasets'
  | 'limit'
  | 'windowBos'
  | 'superWeight'
  | 'outlierFraction'
  | 'quantize'
  | CalibrationOption;

const options: readonly TableOption[] = [
  'bos',
  'datasets',
  'limit',
  'windowBos',
  'superWeight',
  'outlierFraction',
  'quantize',
  ...calibrationOptions,
];

/** Throws for the first flag that was given and that none of the tables takes. */
export function requireTaken(tables: readonly Pick<ListedTable, 'number' | 'takes'>[], flags: TableFlags): void {
  const taken = new Set(tables.flatMap(({ takes }) => takes ?? []));
  const idle = options.find(
    (option) => flags[option] !== undefined && !taken.has(option) && !isFilledIn(flags, option),
  );
  if (idle === undefined) return;
  const numbers = tables.map(({ number }) => number).join(' ');
  throw tableFlagNotTaken(flagName(idle), numbers, [...taken].map(flagName));
}
