/** Computes and writes tables of the paper. */
import { stdout } from 'node:process';
import { miniFolder } from '@linchpin/datasets';
import { paperFraction } from '@linchpin/plugin-prune-outliers';
import { dataInWords } from '../caption.ts';
import type { TableFlags } from '../commands/table.ts';
import { severalModels, severalTables, unknownTable } from '../errors.ts';
import { tables } from '../generated/tables.ts';
import { jsonText } from '../json-text.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { createProgress } from '../progress.ts';
import { recordOf } from '../recording/command-record.ts';
import { bosInWords, runFacts } from '../run-facts.ts';
import { settingsOf } from '../report/settings-of.ts';
import { tableArtifact } from '../report/table-artifact.ts';
import type { ListedTable } from '../tables/directory-table.ts';
import { joinTables } from '../tables/join-tables.ts';
import type { PaperTable } from '../tables/paper-table.ts';
import { type ModelPlan, runTable, type TablePlan } from '../tables/run-table.ts';
import { saveTable, tableFiles } from '../tables/save-table.ts';
import { showTable } from '../tables/show-table.ts';
import { openTableData } from '../tables/table-data.ts';
import { requireTaken } from '../tables/table-options.ts';
import { makeFolder, requireWritable } from '../writable.ts';

/** Writes one table after the other; every one of them is planned before the first is computed. */
export async function writeTables(numbers: readonly string[], flags: TableFlags, signal: AbortSignal): Promise<void> {
  const chosen = numbers.map(findTable);
  requireTaken(chosen, flags);
  if ((flags.model?.length ?? 0) > 1) requireOneModel(flags);
  if (chosen.length > 1) requireOneTable(flags);
  await makeFolder(flags.out);
  await requireWritable(flags.saveCalibration);
  const planned: (() => Promise<void>)[] = [];
  for (const table of chosen)
    planned.push(await (table.kind === 'directory' ? table.plan(flags, signal) : planMetrics(table, flags, signal)));
  for (const write of planned) await write();
}

async function planMetrics(table: PaperTable, flags: TableFlags, signal: AbortSignal): Promise<() => Promise<void>> {
  for (const file of Object.values(tableFiles(table, flags.out, flags.csv))) await requireWritable(file);
  const plan = await planTable(table, flags, signal);
  return () => writeTable(plan, flags, signal);
}

async function writeTable(plan: TablePlan, flags: TableFlags, signal: AbortSignal): Promise<void> {
  const { table } = plan;
  const files = tableFiles(table, flags.out, flags.csv);
  const result = await runTable(plan, {
    flags,
    signal,
    windows: flags.limit,
    progress: createProgress(flags, { parts: partsOf(plan), signal }),
    record: await recordOf(flags),
    partial: files.partial,
  });
  const models = plan.models.map(({ opened }) => opened);
  const joined = joinTables(table, result.tables, models);
  const caption = captionOf(plan, flags);
  const settings = settingsOf(flags);
  await saveTable(joined, tableArtifact({ table, joined, result, models, settings, caption }), files);
  const surroundings = { result, models, files, caption };
  const { numbers } = result;
  stdout.write(
    flags.json === true ? jsonText({ table: { rows: joined.rows }, numbers }) : showTable(table, joined, surroundings),
  );
}

/** The output of several tables would overwrite itself in one file, and is no JSON. */
function requireOneTable({ csv, json }: TableFlags): void {
  if (csv !== undefined) throw severalTables('--csv');
  if (json === true) throw severalTables('--json');
}

/** Coordinates are those of one model, and a file of scales holds one model's. */
function requireOneModel({ superWeight, saveCalibration }: TableFlags): void {
  if (superWeight !== undefined) throw severalModels('--super-weight');
  if (saveCalibration !== undefined) throw severalModels('--save-calibration');
}

export function findTable(number: string): ListedTable {
  const table = tables.find((candidate) => String(candidate.number) === number);
  if (table !== undefined) return table;
  throw unknownTable(
    number,
    tables.map((candidate) => String(candidate.number)),
  );
}

/** Everything that could stop the table is asked here, before the first number is computed. */
async function planTable(table: PaperTable, flags: TableFlags, signal: AbortSignal): Promise<TablePlan> {
  const models: ModelPlan[] = [];
  const { model: names, ...others } = flags;
  for (const each of names?.map((model) => ({ ...others, model })) ?? [others]) {
    models.push(await planModel(table, await openModel(each, signal), flags));
  }
  return { table, models };
}

async function planModel(table: PaperTable, opened: OpenedModel, flags: TableFlags): Promise<ModelPlan> {
  const outlierFraction = flags.outlierFraction ?? opened.card?.pruneOutliers?.fraction ?? paperFraction;
  const rows = await table.rows(opened, { outlierFraction, quantize: flags.quantize ?? {} });
  await table.check?.(opened);
  const folder = flags.datasets ?? miniFolder;
  const data = await openTableData(opened, table, { folder, limit: flags.limit, bos: flags.windowBos });
  // The paper's runs had no BOS (lm-evaluation-harness 0.4.3); a model's card may need one.
  const bos = flags.bos ?? opened.card?.bos ?? 'never';
  return { opened, rows, data, bos, facts: await runFacts(opened) };
}

function partsOf({ models }: TablePlan): number {
  const cells = models.map(({ rows, data }) => rows.length * data.filter((column) => column !== undefined).length);
  return cells.reduce((sum, each) => sum + each, 0);
}

function captionOf({ table, models }: TablePlan, flags: TableFlags): string {
  const hasTasks = table.columns.some(({ kind }) => kind === 'accuracy');
  const first = flags.limit === undefined ? undefined : `${flags.limit} ${hasTasks ? 'items and windows' : 'windows'}`;
  const names = models.map(({ opened }) => opened.name).join(', ');
  const model = `Model${models.length === 1 ? '' : 's'} ${names} ${dataInWords(flags, first)}.`;
  const options = flags.quantize === undefined ? '' : ` Quantized rows with ${JSON.stringify(flags.quantize)}.`;
  const words = `${model}${options}${executionInWords(table, flags)}`;
  if (!hasTasks) return words;
  const rules = new Set(models.map(({ opened, bos }) => bosInWords(bos, opened)));
  return `${words} Accuracies in %, tasks with BOS ${[...rules].join(', ')}.`;
}

/** A row whose label speaks of floats is of another execution then. */
function executionInWords({ comparesWith }: PaperTable, { execution = 'float32' }: TableFlags): string {
  if (execution === 'float32') return '';
  const row = comparesWith === undefined ? '' : `, those of the row ${comparesWith} too`;
  return ` Products with weights in ${execution} where a row does not execute them otherwise${row}.`;
}
