/** Computes and writes a figure of the paper. */
import { stdout } from 'node:process';
import {
  type FigureOption,
  type FigureOptions,
  findFigure,
  type PaperFigure,
  parseFactors,
} from '@linchpin/paper-super-weight';
import { jsonText } from '@linchpin/report';
import type { FigureFlags } from '../commands/figure.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions } from '../options.ts';
import { flagsOf, requireTaken } from '../taken-flags.ts';
import { withHarness } from '../with-harness.ts';

/** Every option that some figure takes, or this does not compile. */
const figureOptions: Readonly<Record<FigureOption, true>> = {
  bos: true,
  datasets: true,
  windowBos: true,
  limit: true,
  windows: true,
  blocks: true,
  factors: true,
  indivisible: true,
  clipZ: true,
  prompt: true,
  outlierFraction: true,
};

export async function writeFigure(number: string, flags: FigureFlags, invocation: Invocation): Promise<void> {
  const figure = findFigure(number);
  requireTakenBy(figure, flags, invocation);
  const options = optionsOf(flags);
  await withHarness(flags, invocation, async (harness) => {
    const { out, csv, json } = flags;
    const saved = await harness.run(figure, options, { out, csv });
    stdout.write(json === true ? jsonText(saved.json) : saved.words);
  });
}

function optionsOf(flags: FigureFlags): FigureOptions {
  const { model, bos, windowBos, limit, windows, blocks, indivisible, clipZ, prompt, outlierFraction } = flags;
  const factors = flags.factors === undefined ? undefined : parseFactors(flags.factors);
  const own = { model, bos, windowBos, limit, windows, blocks, factors, indivisible, clipZ, prompt, outlierFraction };
  const { superWeights } = openOptions(flags);
  return { ...given(own), ...given({ superWeights }) };
}

function requireTakenBy(
  { number, takes, remembersNothing }: PaperFigure,
  flags: FigureFlags,
  invocation: Invocation,
): void {
  const known = flagsOf(Object.keys(figureOptions));
  requireTaken(flags, invocation, {
    command: `linchpin figure ${number}`,
    known: remembersNothing === true ? [...known, 'fresh'] : known,
    taken: flagsOf(takes),
  });
}
