/** Tables and numbers as they stand in the page. */

export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headers, headers.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Three digits that count, never as a power of ten. */
export function digits(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || magnitude >= 100) return whole(value);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(magnitude))));
}

/** Thousands stand apart. */
export function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/g, ' ');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

export function megabytes(bytes: number): string {
  return whole(bytes / 2 ** 20);
}
