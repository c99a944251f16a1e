/** A finished sweep as tables: one line a factor, and one line a comparison. */
import type { Cell, Column, Table } from '@linchpin/report';
import { averageHeader } from './compare-factors.ts';
import { comparisonOf, type FinishedSweep } from './finished-sweep.ts';
import { measured, type SweptColumn } from './run-sweep.ts';

/** A column of a table, and its cell in the line of a factor. */
interface LineColumn {
  readonly column: Column;
  readonly cell: (factor: number, point: number) => Cell;
}

const decimals = 2;

/** For the terminal: the columns of Table 1, and how far the average lies from that of the unchanged model. */
export function shortTable(sweep: FinishedSweep): Table {
  return tableOf(sweep, [...valueColumns(sweep, decimals), ...averageColumns(sweep, decimals), ...published(sweep)]);
}

/** For files: the same with all digits, and every column compared with the unchanged model. */
export function wideTable(sweep: FinishedSweep): Table {
  const compared = sweep.columns.flatMap((column) => comparisonColumns(sweep, column));
  return tableOf(sweep, [...valueColumns(sweep), ...published(sweep), ...averageColumns(sweep), ...compared]);
}

/** For files: one line a comparison. */
export function comparisonTable({ comparisons }: FinishedSweep): Table {
  return {
    columns: [
      's',
      'column',
      'unit',
      'items',
      'difference',
      'standard_error',
      'low_95',
      'high_95',
      'test',
      'statistic',
      'p',
      'p_holm',
    ],
    rows: comparisons.map((each) => [
      each.factor,
      each.header,
      each.unit,
      each.items,
      each.difference,
      each.standardError,
      each.interval?.[0] ?? null,
      each.interval?.[1] ?? null,
      each.test,
      each.statistic,
      each.p,
      each.pHolm,
    ]),
  };
}

function tableOf({ factors }: FinishedSweep, columns: readonly LineColumn[]): Table {
  return {
    columns: ['s', ...columns.map(({ column }) => column)],
    rows: factors.map((factor, point) => [factor, ...columns.map(({ cell }) => cell(factor, point))]),
  };
}

/** In the order of Table 1, which has the average between accuracies and perplexities. */
function valueColumns({ columns, averages }: FinishedSweep, digits?: number): LineColumn[] {
  return measured.columns.map(({ header, kind }) => {
    const own = columns.find((column) => column.header === header);
    return {
      column: headed(header, digits),
      cell: (_, point) => (kind === 'average' ? averages[point]! : (own?.points[point]?.value ?? null)),
    };
  });
}

function published(sweep: FinishedSweep): LineColumn[] {
  if (sweep.published.size === 0) return [];
  const header = `${averageHeader} published`;
  return [{ column: headed(header, decimals), cell: (factor) => sweep.published.get(factor) ?? null }];
}

function averageColumns(sweep: FinishedSweep, digits?: number): LineColumn[] {
  return [
    comparisonColumn(sweep, { of: averageHeader, header: `${averageHeader} difference`, digits }, 'difference'),
    comparisonColumn(sweep, { of: averageHeader, header: `${averageHeader} difference SE`, digits }, 'standardError'),
  ];
}

function comparisonColumns(sweep: FinishedSweep, { kind, header: of }: SweptColumn): LineColumn[] {
  if (kind === 'accuracy') {
    return [
      comparisonColumn(sweep, { of, header: `${of} difference` }, 'difference'),
      comparisonColumn(sweep, { of, header: `${of} McNemar p` }, 'p'),
    ];
  }
  return [
    comparisonColumn(sweep, { of, header: `${of} NLL difference` }, 'difference'),
    comparisonColumn(sweep, { of, header: `${of} NLL difference SE` }, 'standardError'),
    comparisonColumn(sweep, { of, header: `${of} NLL t` }, 'statistic'),
    comparisonColumn(sweep, { of, header: `${of} NLL p` }, 'p'),
  ];
}

function comparisonColumn(
  sweep: FinishedSweep,
  { of, header, digits }: { of: string; header: string; digits?: number | undefined },
  field: 'difference' | 'standardError' | 'statistic' | 'p',
): LineColumn {
  return { column: headed(header, digits), cell: (factor) => comparisonOf(sweep, of, factor)?.[field] ?? null };
}

function headed(header: string, digits: number | undefined): Column {
  return digits === undefined ? { header } : { header, decimals: digits };
}
