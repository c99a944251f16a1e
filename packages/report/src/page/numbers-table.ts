/** All numbers of a result in the long form. */
import type { ResultRow } from '@linchpin/plugin-api';
import { formatNumber, formatSignificant } from './format-value.ts';
import { html, type Html } from './html.ts';
import { sortableTable } from './sortable-table.ts';

/** Undefined where there are none. */
export function numbersTable(numbers: readonly ResultRow[], caption: string): Html | undefined {
  if (numbers.length === 0) return undefined;
  const headers = ['Row', 'Task', 'Metric', 'Value', '± SE', 'Published', 'Items', 'Seconds', 'Data set (SHA-256)'];
  return html`<details class="numbers">
    <summary>All ${numbers.length} numbers</summary>
    ${sortableTable({
      caption,
      headers: headers.map((text, index) => ({ text, isNumeric: index >= 3 && index <= 7 })),
      rows: numbers.map((row) => [
        { content: row.label, value: row.label },
        { content: row.task, value: row.task },
        { content: row.metric, value: row.metric },
        { content: formatSignificant(row.value), value: row.value },
        optional(row.standardError),
        optional(row.published),
        { content: row.items, value: row.items },
        { content: formatNumber(row.seconds, 2), value: row.seconds },
        {
          content: html`${row.dataset} <code title="${row.datasetSha256}">${row.datasetSha256.slice(0, 12)}</code>`,
          value: row.dataset,
        },
      ]),
    })}
  </details>`;
}

function optional(value: number | null): { content: string; value: number | null } {
  return { content: value === null ? '' : formatSignificant(value), value };
}
