/** A finished table of the paper as a file of results, in which every cell knows the numbers that it is made of. */
import type { OpenedModel } from '@linchpin/harness';
import type { Json, ResultRow } from '@linchpin/plugin-api';
import type { ArtifactCell, ArtifactColumn, TableArtifact } from '@linchpin/report';
import type { JoinedTable } from './join-tables.ts';
import { decimalsOf, type FinishedRow, type MetricsTableParts, type PaperColumn } from './paper-table.ts';
import type { TableResult } from './run-table.ts';

export interface TableRecord {
  readonly table: MetricsTableParts;
  readonly joined: JoinedTable;
  readonly result: TableResult;
  /** In the order of the result's tables. */
  readonly models: readonly OpenedModel[];
  readonly settings: Readonly<Record<string, Json>>;
  /** How the numbers were made, in a sentence. */
  readonly caption: string;
  /** What they show, a sentence a model. */
  readonly shown: readonly string[];
}

export function tableArtifact({ table, joined, result, models, settings, caption, shown }: TableRecord): TableArtifact {
  const { numbers, notes } = result;
  const sourceOf = (row: FinishedRow, column: number): readonly number[] => {
    const model = models[Math.floor(column / table.columns.length)]!;
    const ofCell = numbersOf(table.columns, table.columns[column % table.columns.length]!);
    return numbers.flatMap((number, index) =>
      number.model === model.name && number.label === row.label && ofCell(number) ? [index] : [],
    );
  };
  return {
    kind: 'table',
    number: table.number,
    title: table.title,
    model: models.map(({ name }) => name).join(', '),
    settings,
    columns: joined.columns.map(artifactColumn),
    rows: joined.rows.map((row) => ({
      label: row.label,
      cells: row.values.map((_, column) => {
        return artifactCell(row, column, {
          numbers,
          source: sourceOf(row, column),
          kind: joined.columns[column]!.kind,
        });
      }),
    })),
    numbers,
    notes: [...(table.legend === undefined ? [] : [table.legend]), ...notes],
    caption,
    shows: shown.join(' '),
  };
}

function artifactColumn(column: PaperColumn): ArtifactColumn {
  const shown = { header: column.header, decimals: decimalsOf(column) };
  if (column.kind === 'share') return shown;
  return { ...shown, unit: column.kind === 'perplexity' ? 'perplexity' : '%' };
}

/** Whether a number of the right model and row is part of a column's value. */
function numbersOf(columns: readonly PaperColumn[], column: PaperColumn): (number: ResultRow) => boolean {
  switch (column.kind) {
    case 'accuracy':
      return ({ task, metric }) => task === column.task && metric === 'acc';
    case 'perplexity':
      return ({ task, metric }) => task === column.corpus && metric === 'perplexity';
    case 'average': {
      const tasks = columns.flatMap((other) => (other.kind === 'accuracy' ? [other.task] : []));
      return ({ task, metric }) => tasks.includes(task) && metric === 'acc';
    }
    case 'share':
      return () => false;
  }
}

interface CellSource {
  readonly numbers: readonly ResultRow[];
  readonly source: readonly number[];
  readonly kind: PaperColumn['kind'];
}

function artifactCell(row: FinishedRow, column: number, { numbers, source, kind }: CellSource): ArtifactCell {
  const published = row.published?.[column] ?? undefined;
  const own = source.length === 1 ? numbers[source[0]!]!.standardError : null;
  const standardError = own === null ? undefined : kind === 'accuracy' ? 100 * own : own;
  return {
    value: row.values[column] ?? null,
    numbers: source,
    ...(standardError === undefined ? {} : { standardError }),
    ...(published === undefined ? {} : { published }),
  };
}
