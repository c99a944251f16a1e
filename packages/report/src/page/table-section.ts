/** A table of results with the published numbers beside ours, and the provenance of each number on demand. */
import type { ArtifactCell, ArtifactColumn, TableArtifact } from '../artifact.ts';
import { chartOfTable } from './chart-of-table.ts';
import { chart } from './figure-section.ts';
import { formatNumber } from './format-value.ts';
import { html, type Html } from './html.ts';
import { notes } from './notes.ts';
import { provenanceCard } from './provenance.ts';
import { numbersTable } from './numbers-table.ts';
import { type SortableCell, sortableTable } from './sortable-table.ts';

/** `id` is unique in the page. */
export function tableSection(table: TableArtifact, id: string): Html {
  const { columns, rows } = table;
  const drawn = chartOfTable(table);
  return html`${sortableTable({
    caption: table.title,
    headers: [
      { text: '', isNumeric: false },
      ...columns.map(({ header, unit }) => ({ text: header, unit: unit === '%' ? undefined : unit, isNumeric: true })),
    ],
    rows: rows.map(({ label, cells }, row) => [
      { content: label, value: label },
      ...cells.map((cell, column) => shownCell(cell, columns[column]!, `${id}-${row}-${column}`)),
    ]),
  })}
  ${legend(table)}${notes(table)} ${drawn === undefined ? undefined : chart(drawn)}
  ${rows.flatMap(({ label, cells }, row) => cells.map((cell, column) => cardOf(table, cell, { title: `${label}, ${columns[column]!.header}`, id: `${id}-${row}-${column}` })))}
  ${numbersTable(table.numbers, `All numbers of ${table.title}`)}`;
}

function shownCell(cell: ArtifactCell, { decimals }: ArtifactColumn, id: string): SortableCell {
  const { value, standardError, published } = cell;
  const text = typeof value === 'number' ? formatNumber(value, decimals) : (value ?? '');
  const main =
    cell.numbers.length === 0
      ? html`<span class="value">${text}</span>`
      : html`<button type="button" class="value" popovertarget="${id}">${text}</button>`;
  return {
    value,
    content: html`${main}${standardError === undefined ? undefined : html`<span class="error">± ${formatNumber(standardError, decimals)}</span>`}${published === undefined ? undefined : html`<span class="published"><span class="hidden">published </span>${formatNumber(published, decimals)}</span>`}`,
  };
}

function legend({ rows }: TableArtifact): Html {
  const cells = rows.flatMap((row) => row.cells);
  const parts = [
    cells.some(({ numbers }) => numbers.length > 0)
      ? html`<span class="screen-only">Choose a number to see where it comes from.</span>`
      : undefined,
    cells.some(({ standardError }) => standardError !== undefined)
      ? html`<span>± is one standard error.</span>`
      : undefined,
    cells.some(({ published }) => published !== undefined)
      ? html`<span><span class="published">Boxed</span> numbers are the published ones.</span>`
      : undefined,
  ];
  return html`<p class="key">${parts}</p>`;
}

function cardOf(
  { numbers }: TableArtifact,
  cell: ArtifactCell,
  { id, title }: { readonly id: string; readonly title: string },
): Html | undefined {
  if (cell.numbers.length === 0) return undefined;
  return provenanceCard({ id, title, numbers: cell.numbers.map((index) => numbers[index]!) });
}
