/** The curves of Figure 7: from finished rows to points, lines and a sentence. */
import type { OpenedModel } from '@linchpin/harness';
import { type BlockSize, formatBlockSize, type presets } from '@linchpin/plugin-quantize-weights';
import type { FigureAxis, FigurePanel, FigureSeries, Table } from '@linchpin/report';
import { cellsOf, type FinishedTable, type MetricsTableParts, type PaperColumn } from '../tables/paper-table.ts';
import { table1 } from '../tables/table-1-super-weight-importance.ts';
import type { DrawnFigure } from './paper-figure.ts';

/** What every curve is compared with. */
export const unquantized = 'Original';

/** What is measured of every point: the columns of Table 1, without its printed numbers. */
export const measured: MetricsTableParts = { ...table1, comparesWith: unquantized, published: {} };

/** Curves with the presets of the quantization that they show. */
export const blockSizeCurves: readonly { readonly label: string; readonly preset: keyof typeof presets }[] = [
  { label: 'RTN', preset: 'rtn' },
  { label: 'Ours', preset: 'ours' },
  { label: 'Clip only', preset: 'clip-only' },
];

/** Printed average accuracies by Hub id in lower case, curve and block size. */
const published: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>> = {
  'huggyllama/llama-7b': {
    RTN: { '128x128': 66.21, '256x256': 63.41, '512x512': 50.51, '1024x1024': 27.55 },
    Ours: { '128x128': 66.21, '256x256': 63.41, '512x512': 57.85, '1024x1024': 45.4 },
  },
  'mistralai/mistral-7b-v0.1': {
    RTN: { '128x128': 70.29, '256x256': 64.46, '512x512': 36.88, '1024x1024': 28.13 },
    Ours: { '128x128': 72.26, '256x256': 65.37, '512x512': 45.28, '1024x1024': 33.82 },
  },
};

/** The row of one curve at one block size. */
export function rowLabel(curve: string, block: BlockSize): string {
  return `${curve} ${formatBlockSize(block)}`;
}

export interface CurvesOf {
  readonly opened: Pick<OpenedModel, 'name' | 'hubId'>;
  /** In the order of the axis. */
  readonly blocks: readonly BlockSize[];
  readonly title: string;
}

/** What is drawn of rows that are finished. */
export function drawCurves(
  table: FinishedTable,
  of: CurvesOf,
): Pick<DrawnFigure, 'data' | 'records' | 'table' | 'shows'> {
  const points = pointsOf(table, of);
  const panels = drawnColumns().map((column) => panelOf(column, points, of));
  return {
    data: { number: 7, title: of.title, panels },
    records: {
      columns: ['curve', 'block', 'metric', 'value', 'published'],
      rows: points.map(({ curve, block, header, value, printed }) => [curve, block, header, value, printed]),
    },
    table: tableOf(points),
    shows: inWords(table, of),
  };
}

/** A line a curve and block, a column a metric. */
function tableOf(points: readonly Point[]): Table {
  const headers = drawnColumns().map(({ header }) => header);
  // Blocks do not change the unquantized model.
  const rows = Map.groupBy(points, ({ curve, block }) => (curve === unquantized ? curve : `${curve} ${block}`));
  return {
    columns: ['', 'block', ...headers.map((header) => ({ header, decimals: 2 })), { header: 'published', decimals: 2 }],
    rows: [...rows.values()].map((row) => {
      const values = headers.map((header) => row.find((point) => point.header === header)?.value ?? null);
      const { curve, block } = row[0]!;
      return [
        curve,
        curve === unquantized ? null : block,
        ...values,
        row.find(({ printed }) => printed !== null)?.printed ?? null,
      ];
    }),
  };
}

/** The average of the accuracies and the perplexities. */
function drawnColumns(): PaperColumn[] {
  return measured.columns.filter(({ kind }) => kind !== 'accuracy');
}

/** One line of the long form. */
interface Point {
  readonly curve: string;
  readonly block: string;
  /** The column that it is a number of. */
  readonly header: string;
  readonly value: number;
  readonly printed: number | null;
}

function pointsOf(table: FinishedTable, { opened, blocks }: CurvesOf): Point[] {
  const cell = cellsOf(measured, table);
  const printed = published[opened.hubId?.toLowerCase() ?? ''];
  const labels = [unquantized, ...blockSizeCurves.map(({ label }) => label)];
  return drawnColumns().flatMap(({ kind, header }) =>
    labels.flatMap((curve) =>
      blocks.map((size) => {
        const block = formatBlockSize(size);
        const value = cell(curve === unquantized ? unquantized : rowLabel(curve, size), header);
        return {
          curve,
          block,
          header,
          value,
          printed: kind === 'average' ? (printed?.[curve]?.[block] ?? null) : null,
        };
      }),
    ),
  );
}

function panelOf({ kind, header }: PaperColumn, points: readonly Point[], { blocks }: CurvesOf): FigurePanel {
  const { axis, place } = blockAxis(blocks);
  const curves = [
    ...Map.groupBy(
      points.filter((point) => point.header === header),
      ({ curve }) => curve,
    ),
  ];
  const series = curves.map(([label, own]): FigureSeries => ({
    label,
    points: own.map(({ block, value }) => ({ x: place(block), y: value })),
  }));
  const printed = curves.flatMap(([label, own]): FigureSeries[] => {
    const known = own.flatMap(({ block, printed: y }) => (y === null ? [] : [{ x: place(block), y }]));
    return known.length > 0 ? [{ label: `${label}, published`, points: known, published: true }] : [];
  });
  return {
    title: kind === 'average' ? 'Average accuracy' : header,
    x: axis,
    y: kind === 'average' ? { label: 'accuracy, %' } : { label: 'perplexity', log: true },
    series: [...series, ...printed],
  };
}

/** Numbers where all blocks are numbers, else names: rows and matrices have no one size. */
function blockAxis(blocks: readonly BlockSize[]): { axis: FigureAxis; place: (block: string) => number } {
  const names = blocks.map(formatBlockSize);
  const sizes = blocks.filter((block) => typeof block === 'number');
  if (sizes.length < blocks.length) return { axis: { label: 'block', names }, place: (block) => names.indexOf(block) };
  return { axis: { label: 'weights of a block', log: true }, place: (block) => sizes[names.indexOf(block)]! };
}

function inWords(table: FinishedTable, { opened, blocks }: CurvesOf): string {
  const cell = cellsOf(measured, table);
  const largest = blocks.at(-1) ?? 'tensor';
  const at = (label: string): string =>
    `${cell(label, 'AVG').toFixed(1)} % and ${Number(cell(label, 'Wiki-2').toPrecision(3))}`;
  return [
    `Average accuracy and WikiText-2 perplexity of ${opened.name} are ${at(unquantized)}; with weights of 4 bits in blocks`,
    `of ${formatBlockSize(largest)} they are ${at(rowLabel('RTN', largest))} rounded plainly, ${at(rowLabel('Ours', largest))} with`,
    `clipping and the super weights put back, and ${at(rowLabel('Clip only', largest))} with clipping alone.`,
  ].join(' ');
}
