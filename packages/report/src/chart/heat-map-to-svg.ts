/** A heat map as SVG: the larger a share, the stronger its colour, and the number stands in its cell. */
import { axisX, axisY, cell, plot, text } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { HeatMapData } from '../heat-map-data.ts';
import { figureStyle } from './series-looks.ts';
import { svgElement } from './svg-element.ts';

const cellWidth = 88;
const cellHeight = 22;
const [leftMargin, topMargin, titleHeight] = [56, 30, 28];

interface HeatCell {
  readonly row: string;
  readonly column: string;
  readonly value: number;
}

/** One `svg` element with a title and a description. */
export function heatMapToSvg(map: HeatMapData): string {
  const { title, rowLabel, rows, columns, values } = map;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const width = leftMargin + columns.length * cellWidth + 12;
  const height = topMargin + rows.length * cellHeight + 8;
  const cells = rows.flatMap((row, r) =>
    columns.flatMap((column, c): HeatCell[] => {
      const value = values[r]![c];
      return value === null || value === undefined ? [] : [{ row, column, value }];
    }),
  );
  const most = Math.max(Number.MIN_VALUE, ...cells.map(({ value }) => value));
  const at = { x: 'column', y: 'row' } as const;
  const drawn = plot({
    document,
    width,
    height,
    style: { fontSize: '12px', overflow: 'visible' },
    marginLeft: leftMargin,
    marginTop: topMargin,
    marginRight: 12,
    marginBottom: 8,
    x: { type: 'band', domain: columns, label: null, padding: 0.04 },
    y: { type: 'band', domain: rows, label: rowLabel, padding: 0.06 },
    marks: [
      axisX({ anchor: 'top', tickSize: 0 }),
      axisY({ tickSize: 0 }),
      cell(cells, { ...at, fill: 'var(--series-1)', fillOpacity: ({ value }: HeatCell) => (0.75 * value) / most }),
      cell(cells, { ...at, stroke: 'currentColor', strokeOpacity: 0.15, fill: 'none' }),
      text(cells, { ...at, text: ({ value }: HeatCell) => percent(value), fill: 'currentColor' }),
    ],
  });
  drawn.setAttribute('y', String(titleHeight));
  const svg = svgElement(document, 'svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'linchpin-figure',
    viewBox: `0 0 ${width} ${height + titleHeight}`,
    width,
    height: height + titleHeight,
    role: 'img',
    'font-family': 'system-ui, sans-serif',
  });
  const heading = svgElement(document, 'text', { x: 4, y: 18, 'font-size': 13, 'font-weight': 600 });
  heading.setAttribute('fill', 'currentColor');
  heading.textContent = title;
  const described: readonly (readonly [string, string])[] = [
    ['title', title],
    ['desc', inWords(map, cells)],
    ['style', figureStyle],
  ];
  for (const [name, content] of described) {
    const element = svgElement(document, name, {});
    element.textContent = content;
    svg.append(element);
  }
  svg.append(heading, drawn);
  for (const element of svg.querySelectorAll('[aria-label]')) element.removeAttribute('aria-label');
  return svg.outerHTML;
}

function percent(value: number): string {
  return value === 0 ? '–' : `${Number((100 * value).toPrecision(3))} %`;
}

function inWords({ rowLabel, rows, columns }: HeatMapData, cells: readonly HeatCell[]): string {
  const sums = columns.map((column) => {
    const sum = cells.filter((each) => each.column === column).reduce((total, { value }) => total + value, 0);
    return `${column} ${percent(sum)}`;
  });
  return `Shares by ${rowLabel}, ${rows.length} of them, and column: ${sums.join(', ')} in all.`;
}
