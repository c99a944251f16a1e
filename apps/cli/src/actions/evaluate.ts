/** Scores tasks on a model under a chain of interventions. */
import { type EvaluateOptions, Interrupted, type Outcome } from '@linchpin/harness';
import type { ResultRow } from '@linchpin/plugin-api';
import { SampleFile } from '@linchpin/recording';
import { requireWritable, taskTable } from '@linchpin/report';
import { selectTasks } from '@linchpin/tasks';
import { defaultSeed, type EvaluateFlags } from '../commands/evaluate.ts';
import { seedUnused } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { openOptions, requireUsed } from '../options.ts';
import { printResults } from '../print-results.ts';
import { referenceOf } from '../reference.ts';
import { withHarness } from '../with-harness.ts';

export async function evaluate(flags: EvaluateFlags, invocation: Invocation): Promise<void> {
  for (const file of [flags.csv, flags.saveCalibration, flags.samples]) await requireWritable(file);
  await withHarness(flags, invocation, async (harness) => {
    const { samples: file } = flags;
    const samples = file === undefined ? undefined : new SampleFile(file, harness.context.temporaryFiles);
    const done: ResultRow[] = [];
    try {
      const tasks = flags.tasks.split(',').map((name) => name.trim());
      selectTasks(
        tasks,
        harness.tasks.map(({ task }) => task),
      );
      const model = await harness.open(flags.model, openOptions(flags));
      const chain = await harness.chain(model, flags.intervention ?? []);
      const reference = await referenceOf(flags.reference, { ...invocation, model, harness });
      requireUsed([chain, ...(reference === undefined ? [] : [reference])], flags);
      const outcome = await harness.evaluate(model, {
        tasks,
        interventions: chain,
        reference,
        limit: flags.limit,
        bos: flags.bos,
        fewshot: invocation.config?.config.fewshot,
        ...promptsOf(flags),
        onItem: (item, origin) => samples?.add(origin, item),
        onText: (item, origin) => samples?.addText(origin, item),
        onRows: (rows) => void done.push(...rows),
      });
      if (invocation.division !== undefined) return;
      samples?.finish();
      await show(outcome, flags);
    } catch (error) {
      if (done.length === 0) throw error;
      await show({ rows: done, notes: [] }, flags);
      const saved = savedInWords(done, flags);
      if (invocation.ending.signal.aborted) throw new Interrupted(saved, { cause: error });
      harness.context.reporter.remark(saved);
      throw error;
    } finally {
      samples?.discard();
    }
  });
}

/** What flags say of prompts and samples. */
function promptsOf(flags: EvaluateFlags): Omit<EvaluateOptions, 'tasks'> {
  const { numFewshot, fewshotSeed, applyChatTemplate: chatTemplate, system, sample, seed } = flags;
  if (seed !== undefined && sample === undefined) throw seedUnused();
  const drawn = sample === undefined ? {} : { sample: { count: sample, seed: seed ?? defaultSeed } };
  return { numFewshot, fewshotSeed, chatTemplate, system, ...drawn };
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
