/** Flags that not every figure takes. One that a figure would not read is refused: it would look like a result without effect. */
import type { FigureFlags } from '../commands/figure.ts';
import { isFilledIn } from '../config/filled-in.ts';
import { flagName } from '../flag-name.ts';
import { flagNotTaken } from './errors.ts';
import type { PaperFigure } from './paper-figure.ts';

export type FigureOption =
  | 'bos'
  | 'datasets'
  | 'windowBos'
  | 'limit'
  | 'blocks'
  | 'factors'
  | 'indivisible'
  | 'clipZ'
  | 'prompt'
  | 'outlierFraction';

/** Every option, or this does not compile. */
const options: Readonly<Record<FigureOption, true>> = {
  bos: true,
  datasets: true,
  windowBos: true,
  limit: true,
  blocks: true,
  factors: true,
  indivisible: true,
  clipZ: true,
  prompt: true,
  outlierFraction: true,
};

/** Throws for the first flag that was given and that the figure does not take. */
export function requireTaken(
  { number, takes, remembersNothing }: Pick<PaperFigure, 'number' | 'takes' | 'remembersNothing'>,
  flags: FigureFlags,
): void {
  const known = Object.keys(options) as FigureOption[];
  const idle = known.find(
    (option) => flags[option] !== undefined && !takes.includes(option) && !isFilledIn(flags, option),
  );
  if (idle !== undefined) throw flagNotTaken(flagName(idle), number, takes.map(flagName));
  if (remembersNothing === true && flags.fresh === true) throw flagNotTaken('--fresh', number, takes.map(flagName));
}
