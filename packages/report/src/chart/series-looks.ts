/**
 * How series are told apart: by colour, by symbol and, for printed numbers, by a broken line, so that a chart can be read
 * without colours. The colours are Okabe and Ito's, without the yellow, which is too light for paper; on a dark ground
 * their lighter relatives.
 */
import type { FigureSeries } from '../figure-data.ts';

export type SymbolName = 'circle' | 'square2' | 'triangle2' | 'diamond2' | 'star' | 'plus' | 'times';

export interface SeriesLook {
  /** A CSS colour: a variable of `figureStyle`. */
  readonly color: string;
  readonly symbol: SymbolName;
  /** Symbols of printed numbers are hollow and their lines broken. */
  readonly isPublished: boolean;
}

const light = ['#0072b2', '#d55e00', '#007a5a', '#a8518a', '#8a6100', '#4a6fd6', '#555555'];
const dark = ['#62b5ea', '#ff9a5c', '#3fd0a4', '#e8a3cc', '#f0bd4a', '#a9c0ff', '#c4c4c4'];
const symbols: readonly SymbolName[] = ['circle', 'square2', 'triangle2', 'diamond2', 'star', 'plus', 'times'];

/** Looks by label. Printed numbers have the colour of the computed series of the same name, where there is one. */
export type SeriesLooks = ReadonlyMap<string, SeriesLook>;

export function seriesLooks(series: readonly Pick<FigureSeries, 'label' | 'published'>[]): SeriesLooks {
  const names = [...new Set(series.map(({ label }) => nameOf(label)))];
  return new Map(
    series.map(({ label, published }) => {
      const position = names.indexOf(nameOf(label)) % light.length;
      const look = {
        color: `var(--series-${position + 1})`,
        symbol: symbols[position]!,
        isPublished: published === true,
      };
      return [label, look];
    }),
  );
}

/** `RTN` of `RTN (published)` and of `RTN, published`. */
function nameOf(label: string): string {
  return label.replace(/[\s,]*\(?(?:published|paper)\)?$/i, '').trim();
}

/** The colours as CSS variables of the class `linchpin-figure`, for light and dark screens; paper is always light. */
export const figureStyle: string = [
  `.linchpin-figure{color:var(--ink,#1c2024);${variables(light)}}`,
  `@media screen and (prefers-color-scheme:dark){.linchpin-figure{color:var(--ink,#e8eaed);${variables(dark)}}}`,
].join('');

function variables(colors: readonly string[]): string {
  return colors.map((color, index) => `--series-${index + 1}:${color};`).join('');
}
