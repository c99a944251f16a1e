/** Flags that not every figure takes. One that a figure would not read is refused: it would look like a result without effect. */
import type { FigureFlags } from '../commands/figure.ts';
import { flagNotTaken } from './errors.ts';
import type { PaperFigure } from './paper-figure.ts';

export type FigureOption =
  | 'bos'
  | 'windowBos'
  | 'limit'
  | 'blocks'
  | 'factors'
  | 'clipZ'
  | 'prompt'
  | 'outlierFraction';

/** Every option, or this does not compile. */
const options: Readonly<Record<FigureOption, true>> = {
  bos: true,
  windowBos: true,
  limit: true,
  blocks: true,
  factors: true,
  clipZ: true,
  prompt: true,
  outlierFraction: true,
};

/** `--window-bos` of `windowBos`. */
export function flagOf(option: FigureOption): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Throws for the first flag that was given and that the figure does not take. */
export function requireTaken({ number, takes }: Pick<PaperFigure, 'number' | 'takes'>, flags: FigureFlags): void {
  const known = Object.keys(options) as FigureOption[];
  const idle = known.find((option) => flags[option] !== undefined && !takes.includes(option));
  if (idle !== undefined) throw flagNotTaken(flagOf(idle), number, takes.map(flagOf));
}
