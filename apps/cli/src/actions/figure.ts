/** Computes and writes a figure of the paper. */
import { stdout } from 'node:process';
import type { Experiment, SavedExperiment } from '@linchpin/harness';
import type { SmtFigureOptions } from '@linchpin/paper-smt';
import { type FigureOptions, parseFactors } from '@linchpin/paper-super-weight';
import { jsonText } from '@linchpin/report';
import type { FigureFlags } from '../commands/figure.ts';
import type { Invocation } from '../invocation.ts';
import { given } from '../options.ts';
import { askedFigure, type AskedFigure, figureOptions } from '../papers.ts';
import { flagsOf, requireTaken } from '../taken-flags.ts';
import { tuningOptionsOf } from '../tuning-flags.ts';
import { withHarness } from '../with-harness.ts';

export async function writeFigure(name: string, flags: FigureFlags, invocation: Invocation): Promise<void> {
  const asked = askedFigure(name);
  requireTakenBy(asked, flags, invocation);
  await withHarness(flags, invocation, async (harness) => {
    const { out, csv, json } = flags;
    const run = <Options>(figure: Experiment<Options>, options: Options): Promise<SavedExperiment> =>
      harness.run(figure, options, { out, csv });
    const saved =
      asked.paper === 'smt' ? await run(asked.figure, smtOptionsOf(flags)) : await run(asked.figure, optionsOf(flags));
    stdout.write(json === true ? jsonText(saved.json) : saved.words);
  });
}

function smtOptionsOf(flags: FigureFlags): SmtFigureOptions {
  const { model, limit, windows, protocol, set: sets, superWeight: superWeights } = flags;
  return { ...given({ model, limit, windows, protocol, sets, superWeights }), ...given(tuningOptionsOf(flags)) };
}

function optionsOf(flags: FigureFlags): FigureOptions {
  const { model, bos, windowBos, limit, windows, blocks, indivisible, clipZ, prompt, outlierFraction } = flags;
  const factors = flags.factors === undefined ? undefined : parseFactors(flags.factors);
  const own = { model, bos, windowBos, limit, windows, blocks, factors, indivisible, clipZ, prompt, outlierFraction };
  return given({ ...own, superWeights: flags.superWeight });
}

function requireTakenBy({ name, ...asked }: AskedFigure, flags: FigureFlags, invocation: Invocation): void {
  const known = flagsOf([...figureOptions(), 'superWeights']);
  const remembersNothing = asked.paper === 'super-weight' && asked.figure.remembersNothing === true;
  requireTaken(flags, invocation, {
    command: `linchpin figure ${name}`,
    known: remembersNothing ? [...known, 'fresh'] : known,
    taken: flagsOf([...asked.figure.takes, ...(asked.paper === 'super-weight' ? ['superWeights'] : [])]),
  });
}
