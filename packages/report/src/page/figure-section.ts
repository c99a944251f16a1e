/** A figure: its chart, in a form for wide and one for narrow screens, and its points as a table. */
import type { FigureArtifact } from '../artifact.ts';
import { figureToSvg } from '../chart/figure-to-svg.ts';
import type { FigureAxis, FigureData, FigurePanel } from '../figure-data.ts';
import { formatSignificant } from './format-value.ts';
import { Html, html } from './html.ts';
import { notes } from './notes.ts';
import { numbersTable } from './numbers-table.ts';
import { sortableTable } from './sortable-table.ts';

const wide = 1000;
const narrow = 350;

export function figureSection(artifact: FigureArtifact): Html {
  const { figure } = artifact;
  return html`${chart(figure)}${notes(artifact)}
    <details class="points">
      <summary>The points as a table</summary>
      ${figure.panels.map((panel) => pointsTable(figure, panel))}
    </details>
    ${numbersTable(artifact.numbers, `All numbers of ${artifact.title}`)}`;
}

/** The chart alone. */
export function chart(figure: FigureData): Html {
  return html`<div class="chart wide">${new Html(figureToSvg(figure, { width: wide }))}</div>
    <div class="chart narrow">${new Html(figureToSvg(figure, { width: narrow }))}</div>`;
}

function pointsTable({ title }: FigureData, panel: FigurePanel): Html {
  const { x, y, series } = panel;
  const headers = ['Series', labelOf(x, 'x'), labelOf(y, 'y')];
  return sortableTable({
    caption: panel.title === undefined ? title : `${title}: ${panel.title}`,
    headers: headers.map((text, index) => ({ text, isNumeric: index > 0 && [x, y][index - 1]?.names === undefined })),
    rows: series.flatMap(({ label, points }) =>
      points.map((point) => [{ content: label, value: label }, coordinate(x, point.x), coordinate(y, point.y)]),
    ),
  });
}

function labelOf({ label }: FigureAxis, otherwise: string): string {
  return label === '' ? otherwise : label;
}

function coordinate({ names }: FigureAxis, value: number): { content: string; value: string | number } {
  const name = names?.[value];
  return name === undefined ? { content: formatSignificant(value), value } : { content: name, value: name };
}
