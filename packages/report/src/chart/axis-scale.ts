/** An axis as a scale of Observable Plot, with ticks that suit its values and their texts. */
import type { ScaleOptions } from '@observablehq/plot';
import type { FigureAxis } from '../figure-data.ts';

/** More ticks than this are chosen by the library. */
const mostOwnTicks = 12;

/** `values` are those drawn along the axis. */
export function axisScale({ label, log, names }: FigureAxis, values: readonly number[]): ScaleOptions {
  if (names !== undefined) return { type: 'point', label: null, padding: 0.6, domain: names.map((_, index) => index) };
  return log === true ? { type: 'log', label } : { type: 'linear', label, nice: !values.every(Number.isInteger) };
}

/** Where ticks stand; undefined where the library chooses well. */
export function axisTicks({ log, names }: FigureAxis, values: readonly number[]): number[] | undefined {
  if (names !== undefined) return undefined;
  const distinct = [...new Set(values)].toSorted((a, b) => a - b);
  if (distinct.length > 1 && distinct.length <= mostOwnTicks && distinct.every(Number.isInteger)) return distinct;
  return log === true && distinct.length > 0 ? logTicks(distinct[0]!, distinct.at(-1)!) : undefined;
}

/** What stands at a tick. The library's own texts leave out those of logarithmic ticks that it would not have chosen. */
export function tickText({ names }: FigureAxis): (value: number) => string {
  return names === undefined ? shortNumber : (index) => names[index] ?? '';
}

/** Whether a value has a place on the axis: logarithms have none for zero and below. */
export function isOnAxis({ log }: FigureAxis, value: number): boolean {
  return Number.isFinite(value) && (log !== true || value > 0);
}

/** Powers of ten, all or every so many; with 2 and 5 between them where there are few. */
function logTicks(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(most));
  const step = Math.max(1, Math.ceil((last - first) / 8));
  const multiples = last - first <= 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = first; power <= last; power += step) {
    ticks.push(...multiples.map((multiple) => Number(`${multiple}e${power}`)));
  }
  const inside = ticks.filter((tick) => tick >= least && tick <= most);
  return inside.length > 1 ? inside : [...new Set([least, most])];
}

/** At most four digits, with SI prefixes from a thousand on; `2.5k`. */
export function shortNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15 || (magnitude > 0 && magnitude < 1e-4)) return value.toExponential(0);
  const [divisor, prefix] = (
    [
      [1e12, 'T'],
      [1e9, 'G'],
      [1e6, 'M'],
      [1e5, 'k'],
    ] as const
  ).find(([least]) => magnitude >= least) ?? [1, ''];
  if (Number.isInteger(value) && magnitude < 1e5) return String(value);
  const scale = prefix === 'k' ? 1e3 : divisor;
  return `${Number((value / scale).toPrecision(4))}${prefix}`;
}
