/** Flags that not every table takes. One that no table would read is refused: it would look like a result without effect. */
import type { TableFlags } from '../commands/table.ts';
import { tableFlagNotTaken } from '../errors.ts';
import type { ListedTable } from './directory-table.ts';

export type TableOption = 'bos' | 'superWeight' | 'outlierFraction' | 'quantize' | CalibrationOption;

type CalibrationOption = 'calibration' | 'calibrationSamples' | 'calibrationTokens' | 'saveCalibration';

export const calibrationOptions: readonly CalibrationOption[] = [
  'calibration',
  'calibrationSamples',
  'calibrationTokens',
  'saveCalibration',
];

const options: readonly TableOption[] = ['bos', 'superWeight', 'outlierFraction', 'quantize', ...calibrationOptions];

/** Throws for the first flag that was given and that none of the tables takes. */
export function requireTaken(tables: readonly Pick<ListedTable, 'number' | 'takes'>[], flags: TableFlags): void {
  const taken = new Set(tables.flatMap(({ takes }) => takes ?? []));
  const idle = options.find((option) => flags[option] !== undefined && !taken.has(option));
  if (idle === undefined) return;
  const numbers = tables.map(({ number }) => number).join(' ');
  throw tableFlagNotTaken(flagOf(idle), numbers, [...taken].map(flagOf));
}

/** `--super-weight` of `superWeight`. */
function flagOf(option: TableOption): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
