/** Scores zero-shot tasks on a model under a chain of interventions. */
import { Interrupted, type Outcome } from '@linchpin/harness';
import type { ResultRow } from '@linchpin/plugin-api';
import { SampleFile } from '@linchpin/recording';
import { requireWritable, taskTable } from '@linchpin/report';
import { findTask } from '@linchpin/tasks';
import type { EvaluateFlags } from '../commands/evaluate.ts';
import type { Invocation } from '../invocation.ts';
import { openOptions, requireUsed } from '../options.ts';
import { printResults } from '../print-results.ts';
import { withHarness } from '../with-harness.ts';

export async function evaluate(flags: EvaluateFlags, invocation: Invocation): Promise<void> {
  await requireWritable(flags.csv);
  await requireWritable(flags.saveCalibration);
  await requireWritable(flags.samples);
  await withHarness(flags, invocation, async (harness) => {
    const { samples: file } = flags;
    const samples = file === undefined ? undefined : new SampleFile(file, harness.context.temporaryFiles);
    const done: ResultRow[] = [];
    try {
      const tasks = flags.tasks.split(',').map((name) => name.trim());
      tasks.forEach(findTask);
      const model = await harness.open(flags.model, openOptions(flags));
      const chain = await harness.chain(model, flags.intervention ?? []);
      requireUsed(chain, flags);
      const outcome = await harness.evaluate(model, {
        tasks,
        interventions: chain,
        limit: flags.limit,
        bos: flags.bos,
        onItem: (item, origin) => samples?.add(origin, item),
        onRows: (rows) => void done.push(...rows),
      });
      if (invocation.division !== undefined) return;
      samples?.finish();
      await show(outcome, flags);
    } catch (error) {
      if (!invocation.ending.signal.aborted || done.length === 0) throw error;
      await show({ rows: done, notes: [] }, flags);
      throw new Interrupted(savedInWords(done, flags), { cause: error });
    } finally {
      samples?.discard();
    }
  });
}

async function show({ rows, notes }: Outcome, flags: EvaluateFlags): Promise<void> {
  await printResults({ rows, notes, table: taskTable(rows) }, flags);
}

function savedInWords(rows: readonly ResultRow[], { csv, samples }: EvaluateFlags): string {
  const tasks = [...new Set(rows.map((row) => row.task))].join(', ');
  const saved = csv === undefined ? 'printed, not saved' : `saved in ${csv}`;
  const lost = samples === undefined ? '' : '; no samples were written';
  return `${tasks} finished and ${saved}${lost}`;
}
