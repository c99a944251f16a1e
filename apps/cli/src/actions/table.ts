/** Computes and writes a table of the paper. */
import { stdout } from 'node:process';
import { miniFolder } from '@linchpin/datasets';
import { layCheckpoint } from '@linchpin/models';
import type { BosRule } from '@linchpin/plugin-api';
import { paperFraction } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { dataInWords } from '../caption.ts';
import type { TableFlags } from '../commands/table.ts';
import { unknownTable } from '../errors.ts';
import { tables } from '../generated/tables.ts';
import { jsonText } from '../json-text.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { createProgress } from '../progress.ts';
import { bosInWords, runFacts } from '../run-facts.ts';
import type { PaperTable } from '../tables/paper-table.ts';
import { runTable, type TablePlan } from '../tables/run-table.ts';
import { saveTable, tableFiles } from '../tables/save-table.ts';
import { showTable } from '../tables/show-table.ts';
import { openTableData } from '../tables/table-data.ts';
import { makeFolder, requireWritable } from '../writable.ts';

export async function writeTable(number: string, flags: TableFlags, signal: AbortSignal): Promise<void> {
  const table = findTable(number);
  const files = tableFiles(table, flags.out, flags.csv);
  await makeFolder(flags.out);
  for (const file of Object.values(files)) await requireWritable(file);
  const plan = await planTable(table, flags, signal);
  // The paper's runs had no BOS (lm-evaluation-harness 0.4.3); a model's card may need one.
  const bos: BosRule = flags.bos ?? plan.opened.card?.bos ?? 'never';
  const parts = plan.rows.length * plan.data.filter((column) => column !== undefined).length;
  const result = await runTable(plan, {
    flags,
    signal,
    bos,
    windows: flags.limit,
    facts: await runFacts(plan.opened),
    progress: createProgress(flags, { parts, signal }),
    partial: files.partial,
  });
  await saveTable(table, result, files);
  const surroundings = { opened: plan.opened, files, caption: captionOf(plan.opened, flags, bos) };
  const { table: finished, numbers } = result;
  stdout.write(flags.json === true ? jsonText({ table: finished, numbers }) : showTable(table, result, surroundings));
}

function findTable(number: string): PaperTable {
  const table = tables.find((candidate) => String(candidate.number) === number);
  if (table !== undefined) return table;
  throw unknownTable(
    number,
    tables.map((candidate) => String(candidate.number)),
  );
}

/** Everything that could stop the table is asked here, before the first number is computed. */
async function planTable(table: PaperTable, flags: TableFlags, signal: AbortSignal): Promise<TablePlan> {
  const opened = await openModel(flags, signal);
  const outlierFraction = flags.outlierFraction ?? opened.card?.pruneOutliers?.fraction ?? paperFraction;
  const rows = table.rows(opened, { outlierFraction });
  // Coordinates are compared with the matrices when an edit is carried out: the cheapest edit there is tells.
  await layCheckpoint(opened, { interventions: [pruneSuperWeight({ weights: opened.facts.superWeights() })] });
  const folder = flags.datasets ?? miniFolder;
  const data = await openTableData(opened, table, { folder, limit: flags.limit, bos: flags.windowBos });
  return { opened, table, rows, data };
}

function captionOf(opened: OpenedModel, flags: TableFlags, bos: BosRule): string {
  const first = flags.limit === undefined ? undefined : `${flags.limit} items and windows`;
  return `Model ${opened.name} ${dataInWords(flags, first)}. Accuracies in %, tasks with BOS ${bosInWords(bos, opened)}.`;
}
