/** A table of metrics as an experiment: planned, run, and as it is saved and shown. */
import {
  bosInWords,
  dataInWords,
  type Experiment,
  type ExperimentFiles,
  type ExperimentResult,
  type Harness,
} from '@linchpin/harness';
import type { Intervention } from '@linchpin/plugin-api';
import { paperCount, paperFraction } from '@linchpin/plugin-prune-outliers';
import { resultInWords, type Table } from '@linchpin/report';
import { firstInWords, openChosen, recordedSettings } from '../paper-options.ts';
import { joinTables, type JoinedTable } from './join-tables.ts';
import { decimalsOf, type MetricsTable, type MetricsTableParts, type TableOptions } from './paper-table.ts';
import { type ModelPlan, planModel, runTable, type TablePlan, type TableResult } from './run-table.ts';
import { tableArtifact } from './table-artifact.ts';

/** Makes the experiment of what a table's file says. */
export function metricsTable(table: MetricsTableParts): MetricsTable {
  return {
    takes: [],
    ...table,
    name: `table-${table.number}`,
    hasParts: true,
    plan: (harness, options) => planTable(table, harness, options),
  };
}

async function planTable(
  table: MetricsTableParts,
  harness: Harness,
  options: TableOptions,
): ReturnType<Experiment<TableOptions>['plan']> {
  const models: ModelPlan[] = [];
  for (const model of listOf(options.model)) {
    const opened = await openChosen(harness, model, options);
    const outlierFraction = options.outlierFraction ?? opened.card?.pruneOutliers?.fraction ?? paperFraction;
    const rows = await table.rows(opened, { harness, outlierFraction, quantize: options.quantize ?? {} });
    await table.check?.(opened, harness);
    models.push(await planModel(table, opened, { rows, options, harness }));
  }
  const planned = { table, models };
  return {
    async run(onNumbers) {
      const result = await runTable(planned, { harness, windows: options.windows ?? options.limit, onNumbers });
      return resultOf(planned, result, { harness, options });
    },
  };
}

/** One undefined model stands for the embedded one. */
export function listOf<T>(models: T | readonly T[] | undefined): readonly (T | undefined)[] {
  return Array.isArray(models) ? models : [models as T | undefined];
}

function resultOf(
  plan: TablePlan,
  result: TableResult,
  { harness, options }: { readonly harness: Harness; readonly options: TableOptions },
): ExperimentResult {
  const { table } = plan;
  const models = plan.models.map(({ opened }) => opened);
  const joined = joinTables(table, result.tables, models);
  const caption = captionOf(plan, harness, options);
  const settings = recordedSettings(harness, options);
  const shown = plan.models.map(({ opened, rows }, index) => table.describe(result.tables[index]!, opened, rows));
  return {
    table: paperRows(joined),
    numbers: result.numbers,
    artifact: tableArtifact({ table, joined, result, models, settings, caption, shown }),
    json: { table: { rows: joined.rows }, numbers: result.numbers },
    inWords: (files) => inWords(table, joined, { result, files, caption, shown }),
  };
}

function captionOf({ table, models }: TablePlan, harness: Harness, options: TableOptions): string {
  const hasTasks = table.columns.some(({ kind }) => kind === 'accuracy');
  const names = models.map(({ opened }) => opened.name).join(', ');
  const measured = models.map(({ opened }) => opened);
  const data = dataInWords(harness, measured, firstInWords(options, hasTasks));
  const model = `Model${models.length === 1 ? '' : 's'} ${names} ${data}.`;
  const quantized = options.quantize === undefined ? '' : ` Quantized rows with ${JSON.stringify(options.quantize)}.`;
  const words = `${model}${quantized}${countedInWords(models)}${executionInWords(table, harness.context.settings.execution)}`;
  if (!hasTasks) return words;
  const rules = new Set(models.map(({ opened, bos }) => bosInWords(bos, opened)));
  return `${words} Accuracies in %, tasks with BOS ${[...rules].join(', ')}.`;
}

/** Where the share of each matrix is less than one weight of any, the paper's number is taken instead. */
function countedInWords(models: readonly ModelPlan[]): string {
  const counted = models.flatMap(({ opened, rows }) =>
    rows.flatMap(({ label, interventions }) =>
      interventions.some(isCounted)
        ? [
            ` ${label} of ${opened.name} removes the ${paperCount} largest of all matrices together, which is the paper's number in words: the share of each is less than one weight.`,
          ]
        : [],
    ),
  );
  return counted.join('');
}

function isCounted({ name, settings }: Intervention): boolean {
  return name === 'prune-outliers' && typeof settings === 'object' && settings !== null && 'count' in settings;
}

/** A row whose label speaks of floats is of another execution then. */
function executionInWords({ comparesWith }: MetricsTableParts, execution: string = 'float32'): string {
  if (execution === 'float32') return '';
  const row = comparesWith === undefined ? '' : `, those of the row ${comparesWith} too`;
  return ` Products with weights in ${execution} where a row does not execute them otherwise${row}.`;
}

/** The paper's rows and columns, and nothing else. */
function paperRows({ columns, rows }: JoinedTable): Table {
  return {
    columns: ['', ...columns.map((column) => ({ header: column.header, decimals: decimalsOf(column) }))],
    rows: rows.map(({ label, values }) => [label, ...values]),
  };
}

/** What stands around the table. */
interface Surroundings {
  readonly result: TableResult;
  readonly files: ExperimentFiles;
  /** How the numbers were made, in a sentence. */
  readonly caption: string;
  /** What they show, a sentence a model. */
  readonly shown: readonly string[];
}

/** The table with the published numbers below ours where there are any, what should be known of it, and what it shows. */
function inWords(table: MetricsTableParts, joined: JoinedTable, surroundings: Surroundings): string {
  const { result, files, caption, shown } = surroundings;
  const isCompared = joined.rows.some(({ published }) => published !== undefined);
  return resultInWords({
    table: withPublished(joined),
    remarks: [
      caption,
      ...(table.legend === undefined ? [] : [table.legend]),
      ...result.notes,
      ...(isCompared ? ['The published numbers are of the whole published splits.'] : []),
    ],
    shows: shown,
    files: { Table: files.table, 'Numbers with their provenance': files.numbers },
  });
}

function withPublished(joined: JoinedTable): Table {
  const { columns, rows } = paperRows(joined);
  const both = rows.flatMap((row, index) => {
    const { published } = joined.rows[index]!;
    return published === undefined ? [row] : [row, ['  published', ...published]];
  });
  return { columns, rows: both };
}
