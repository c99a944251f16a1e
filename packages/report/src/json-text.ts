/**
 * Values as JSON text, indented. JSON has no infinities: a number that is not finite, as the perplexity of a broken model
 * may be, is the string `Infinity`, `-Infinity` or `NaN`, not null.
 */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, keepNonFinite, 2)}\n`;
}

function keepNonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
