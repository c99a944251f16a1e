import { invalidSuperWeight } from './errors.ts';

/** One scalar of an MLP's output projection, as the paper's Table 2 names it (arXiv 2411.07191); all counted from 0. */
export interface SuperWeight {
  readonly layer: number;
  /** Output channel. */
  readonly row: number;
  /** Input channel. */
  readonly column: number;
}

const coordinates = /^(\d{1,9}):(\d{1,9}):(\d{1,9})$/;

/** Reads `LAYER:ROW:COLUMN`. */
export function parseSuperWeight(text: string): SuperWeight {
  const match = coordinates.exec(text);
  if (match === null) throw invalidSuperWeight(text);
  return { layer: Number(match[1]), row: Number(match[2]), column: Number(match[3]) };
}

/** Writes `LAYER:ROW:COLUMN`. */
export function formatSuperWeight({ layer, row, column }: SuperWeight): string {
  return `${layer}:${row}:${column}`;
}
