/** Numbers and settings as a reader wants them. */
import type { AppliedIntervention, Json } from '@linchpin/plugin-api';

/** Fixed decimals where they are given; what is too large or too small for them in scientific notation. */
export function formatNumber(value: number, decimals?: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (decimals === undefined) return withMinus(String(value));
  if (Math.abs(value) >= 1e6) return withMinus(value.toExponential(2));
  return withMinus(value.toFixed(decimals));
}

/** Four significant digits, for numbers of unknown size. */
export function formatSignificant(value: number): string {
  return Number.isFinite(value) ? withMinus(String(Number(value.toPrecision(4)))) : formatNumber(value);
}

/** A setting on one line. */
export function formatJson(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `prune-super-weight {"weights":…}`, in the order in which they are applied. */
export function formatInterventions(interventions: readonly AppliedIntervention[]): string[] {
  return interventions.map(({ name, version, settings, remarks = [] }) =>
    [`${name} (version ${version}) ${formatJson(settings)}`, ...remarks].join('; '),
  );
}

function withMinus(text: string): string {
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}
