/**
 * Figure 6 of "The Super Weight in Large Language Models" (arXiv 2411.07191), and Figure 8 for other models: the average
 * accuracy against a factor of all super weights. The paper shows no errors; the gains that it reports are within one.
 */
import { createProgress } from '../progress.ts';
import { recordOf } from '../recording/command-record.ts';
import { describeSweep, drawSweep, sweepRecords } from '../sweep/draw-sweep.ts';
import { finishSweep } from '../sweep/finished-sweep.ts';
import { planSweep, sweepCaption } from '../sweep/plan-sweep.ts';
import { numbersOf, runSweep } from '../sweep/run-sweep.ts';
import { shortTable } from '../sweep/sweep-tables.ts';
import type { PaperFigure } from './paper-figure.ts';

export const figure6: PaperFigure = {
  number: 6,
  title: 'Quality against a factor of the super weights',
  takes: ['bos', 'datasets', 'windowBos', 'limit', 'factors'],
  async run({ opened, flags, signal, partial }) {
    const plan = await planSweep(opened, flags);
    const parts = plan.data.filter((column) => column !== undefined).length;
    const progress = createProgress(flags, { parts, signal });
    const record = await recordOf(flags);
    const result = await runSweep(plan, { flags, signal, progress, record, windows: flags.limit, partial });
    const sweep = finishSweep(plan, result);
    return {
      data: drawSweep(sweep, figure6),
      records: sweepRecords(sweep),
      table: shortTable(sweep),
      numbers: numbersOf(result.columns),
      caption: sweepCaption(plan, flags),
      notes: result.notes,
      shows: describeSweep(sweep, opened.name),
    };
  },
};
