import { invalidSuperWeight } from './errors.ts';

/** An MLP of a model. */
export interface MlpPlace {
  readonly layer: number;
  /** Which expert of a mixture, from 0; absent in layers that have a single MLP. */
  readonly expert?: number;
}

/** One scalar of an MLP's output projection, as the paper's Table 2 names it (arXiv 2411.07191); all counted from 0. */
export interface SuperWeight extends MlpPlace {
  /** Output channel. */
  readonly row: number;
  /** Input channel. */
  readonly column: number;
}

const coordinates = /^(?<layer>\d{1,9})(?:\.(?<expert>\d{1,9}))?:(?<row>\d{1,9}):(?<column>\d{1,9})$/;

/** Reads `LAYER:ROW:COLUMN`, or `LAYER.EXPERT:ROW:COLUMN` in a mixture of experts. */
export function parseSuperWeight(text: string): SuperWeight {
  const found = coordinates.exec(text)?.groups;
  if (found === undefined) throw invalidSuperWeight(text);
  const place = { layer: Number(found['layer']), row: Number(found['row']), column: Number(found['column']) };
  return found['expert'] === undefined ? place : { ...place, expert: Number(found['expert']) };
}

/** Writes what `parseSuperWeight` reads. */
export function formatSuperWeight({ layer, expert, row, column }: SuperWeight): string {
  return `${expert === undefined ? layer : `${layer}.${expert}`}:${row}:${column}`;
}

/** Its coordinates and nothing else, as settings have them. */
export function coordinatesOf({ layer, expert, row, column }: SuperWeight): Readonly<Record<string, number>> {
  return { layer, ...(expert === undefined ? {} : { expert }), row, column };
}
