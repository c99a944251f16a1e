/** A table whose header cells are buttons that sort it. */
import { html, type Html, type HtmlPart } from './html.ts';

export interface SortableTable {
  /** What the table is, for those who do not see where it stands. */
  readonly caption: string;
  readonly headers: readonly SortableHeader[];
  readonly rows: readonly (readonly SortableCell[])[];
}

export interface SortableHeader {
  readonly text: string;
  readonly isNumeric: boolean;
  readonly unit?: string | undefined;
}

export interface SortableCell {
  readonly content: HtmlPart;
  /** By what it is sorted. */
  readonly value: string | number | null;
}

/** The first cell of a row is its header. */
export function sortableTable({ caption, headers, rows }: SortableTable): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table data-sortable>
      <caption class="hidden">
        ${caption}. Buttons in the header sort it.
      </caption>
      <thead>
        <tr>
          ${headers.map(headerCell)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => bodyCell(cell, headers[index]?.isNumeric === true, index === 0))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function headerCell({ text, isNumeric, unit }: SortableHeader): Html {
  return html`<th scope="col" class="${isNumeric ? 'number' : 'words'}">
    <button type="button">
      ${text === '' ? html`<span class="hidden">Row</span>` : html`<span>${text}${unit === undefined ? undefined : html` <span class="unit">${unit}</span>`}</span>`}<svg
        class="arrows"
        viewBox="0 0 8 12"
        aria-hidden="true"
      >
        <path class="up" d="M1 5 4 1l3 4z" />
        <path class="down" d="M1 7l3 4 3-4z" />
      </svg>
    </button>
  </th>`;
}

function bodyCell({ content, value }: SortableCell, isNumeric: boolean, isFirst: boolean): Html {
  const sortValue = value === null ? '' : String(value);
  return isFirst
    ? html`<th scope="row" data-value="${sortValue}">${content}</th>`
    : html`<td class="${isNumeric ? 'number' : 'words'}" data-value="${sortValue}">${content}</td>`;
}
