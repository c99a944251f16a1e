/** Result rows as JSON. */
import type { ResultRow } from '@linchpin/plugin-api';

/**
 * A list of objects, indented. JSON has no infinities: where a value is not finite, as the perplexity of a broken model
 * may be, it is the string `Infinity`, `-Infinity` or `NaN`, not null.
 */
export function resultRowsToJson(rows: readonly ResultRow[]): string {
  return `${JSON.stringify(rows, keepNonFinite, 2)}\n`;
}

function keepNonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
