/** A table as a chart: its columns along the x axis, its rows as series; a panel for each unit. */
import type { ArtifactColumn, TableArtifact } from '../artifact.ts';
import type { FigureData, FigurePanel } from '../figure-data.ts';

/** Numbers of one unit that span more than this are drawn on a logarithmic axis. */
const widestLinearSpan = 100;

/** More rows cannot be told apart. */
const mostRows = 7;

/** Undefined where there is nothing to compare: a single row, too many, or no column with a unit. */
export function chartOfTable(table: TableArtifact): FigureData | undefined {
  const units = [...new Set(table.columns.flatMap(({ unit }) => unit ?? []))];
  if (table.rows.length < 2 || table.rows.length > mostRows || units.length === 0) return undefined;
  return { number: table.number ?? 0, title: table.title, panels: units.map((unit) => panelOf(table, unit)) };
}

function panelOf({ columns, rows }: TableArtifact, unit: string): FigurePanel {
  const positions = columns.flatMap((column, index) => (column.unit === unit ? [index] : []));
  const series = rows.map(({ label, cells }) => ({
    label,
    points: positions.flatMap((position, x) => {
      const value = cells[position]?.value;
      return typeof value === 'number' ? [{ x, y: value }] : [];
    }),
  }));
  const values = series.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  const log = unit !== '%' && Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > widestLinearSpan;
  const names = positions.map((position) => (columns[position] as ArtifactColumn).header);
  return { x: { label: '', names }, y: { label: unit === '%' ? 'Accuracy (%)' : unit, log }, series };
}
