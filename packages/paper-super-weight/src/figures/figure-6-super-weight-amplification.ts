/**
 * Figure 6 of "The Super Weight in Large Language Models" (arXiv 2411.07191), and Figure 8 for other models: the average
 * accuracy against a factor of all super weights. The paper shows no errors; the gains that it reports are within one.
 */
import { describeSweep, drawSweep, sweepRecords } from '../sweep/draw-sweep.ts';
import { finishSweep } from '../sweep/finished-sweep.ts';
import { numbersOf, runSweep } from '../sweep/run-sweep.ts';
import { shortTable } from '../sweep/sweep-tables.ts';
import { planSweep, sweepCaption } from '../sweep/sweep.ts';
import { type PaperFigure, paperFigure } from './paper-figure.ts';

export const figure6: PaperFigure = paperFigure({
  number: 6,
  title: 'Quality against a factor of the super weights',
  takes: ['bos', 'datasets', 'windowBos', 'limit', 'windows', 'factors'],
  wholeFor: 'a sweep',
  async draw({ opened, options, harness, onNumbers }) {
    const plan = await planSweep(harness, { ...options, model: opened });
    const result = await runSweep(plan, { harness, windows: options.windows ?? options.limit, onNumbers });
    const sweep = finishSweep(plan, result);
    return {
      data: drawSweep(sweep, figure6),
      records: sweepRecords(sweep),
      table: shortTable(sweep),
      numbers: numbersOf(result.columns),
      caption: sweepCaption(plan, harness, options),
      notes: result.notes,
      shows: describeSweep(sweep, opened.name),
    };
  },
});
