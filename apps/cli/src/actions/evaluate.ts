/** Scores zero-shot tasks on a model under a chain of interventions. */
import { miniFolder } from '@linchpin/datasets';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import type { Table } from '@linchpin/report';
import { findTask } from '@linchpin/tasks';
import { dataInWords, modelInWords } from '../caption.ts';
import type { EvaluateFlags } from '../commands/evaluate.ts';
import { Interrupted } from '../interrupt.ts';
import { createChain } from '../interventions.ts';
import { openModel } from '../open-model.ts';
import { printResults } from '../print.ts';
import { createProgress } from '../progress.ts';
import { recordOf } from '../recording/command-record.ts';
import { bosInWords, runFacts } from '../run-facts.ts';
import { runTask } from '../run-task.ts';
import { SampleFile } from '../sample-file.ts';
import { openTaskData, type TaskData } from '../task-data.ts';
import { withVariant } from '../variant.ts';
import { requireWritable } from '../writable.ts';

/** What is known so far. */
interface Done {
  readonly rows: ResultRow[];
  readonly notes: Set<string>;
}

export async function evaluate(flags: EvaluateFlags, signal: AbortSignal): Promise<void> {
  await requireWritable(flags.csv);
  await requireWritable(flags.saveCalibration);
  await requireWritable(flags.samples);
  const data = await openData(flags);
  const done: Done = { rows: [], notes: new Set() };
  const samples = flags.samples === undefined ? undefined : new SampleFile(flags.samples);
  try {
    await score({ data, done, samples }, flags, signal);
    samples?.finish();
  } catch (error) {
    if (!(error instanceof Interrupted) || done.rows.length === 0) throw error;
    await show(done, flags);
    throw interruptedAfter(done, flags);
  } finally {
    samples?.discard();
  }
  await show(done, flags);
}

async function openData({ tasks, datasets, limit }: EvaluateFlags): Promise<TaskData[]> {
  const names = new Set(tasks.split(',').map((name) => name.trim()));
  const data: TaskData[] = [];
  for (const task of [...names].map(findTask)) {
    data.push(await openTaskData(task, { folder: datasets ?? miniFolder, limit }));
  }
  return data;
}

async function score(
  of: { readonly data: readonly TaskData[]; readonly done: Done; readonly samples: SampleFile | undefined },
  flags: EvaluateFlags,
  signal: AbortSignal,
): Promise<void> {
  const { data, done, samples } = of;
  const opened = await openModel(flags, signal);
  const chain = await createChain(flags, opened.facts);
  const rule: BosRule = flags.bos ?? opened.card?.bos ?? 'tokenizer';
  const bos = bosInWords(rule, opened);
  const first = flags.limit === undefined ? undefined : `${flags.limit} items`;
  const settings = {
    bos: rule,
    facts: await runFacts(opened),
    progress: createProgress(flags, { parts: data.length, signal }),
    record: await recordOf(flags),
  };
  await withVariant(opened, chain, {
    flags,
    signal,
    async work(variant) {
      done.notes.add(`Model ${modelInWords(opened, variant)} ${dataInWords(flags, first)}. BOS ${bos}.`);
      if (opened.calibration.note !== undefined) done.notes.add(opened.calibration.note);
      for (const each of data) {
        const { rows, notes } = await runTask(opened, variant, {
          data: each,
          settings: { ...settings, onItem: (item) => samples?.add({ task: each.task.name, bos }, item) },
        });
        done.rows.push(...rows);
        for (const note of notes) done.notes.add(note);
      }
    },
  });
}

async function show({ rows, notes }: Done, flags: EvaluateFlags): Promise<void> {
  await printResults({ rows, notes: [...notes], table: taskTable(rows) }, flags);
}

/** The columns of lm-evaluation-harness, with the counts behind the accuracies. */
function taskTable(rows: readonly ResultRow[]): Table {
  const decimals = 4;
  const value = { header: 'Value', decimals };
  const columns = [
    'Task',
    'Version',
    'Metric',
    value,
    '±',
    { header: 'Stderr', decimals },
    'Correct',
    'Items',
    'Skipped',
  ];
  return {
    columns,
    rows: rows.map((row) => [
      row.task,
      row.taskVersion,
      row.metric,
      row.value,
      '±',
      row.standardError ?? 'N/A',
      row.correct,
      row.items,
      row.skipped,
    ]),
  };
}

function interruptedAfter({ rows }: Done, { csv, samples }: EvaluateFlags): Interrupted {
  const tasks = [...new Set(rows.map((row) => row.task))].join(', ');
  const saved = csv === undefined ? 'printed, not saved' : `saved in ${csv}`;
  const lost = samples === undefined ? '' : '; no samples were written';
  return new Interrupted(`${tasks} finished and ${saved}${lost}`);
}
