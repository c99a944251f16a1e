/**
 * SmoothQuant's alpha by the loss on the calibration text: its paper (arXiv 2211.10438, section 5.1) takes 0.5 for most models
 * and a grid search for some, on a subset of the Pile. What is scored plays no part.
 */
import type { Calibration, Intervention, Json } from '@linchpin/plugin-api';
import { nothingFinite, nothingToSearchOn } from './errors.ts';

/** What is tried where no grid is given; the paper's 0.85 of Table 3 is among them. */
export const alphaGrid: readonly number[] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9];

/** A search that is asked for. */
export interface AlphaQuestion {
  readonly alpha: 'search';
  /** From 0 to 1 each; `alphaGrid` when absent. */
  readonly grid?: readonly number[] | undefined;
}

/** An alpha, and what decided for it. */
export interface SearchedAlpha {
  readonly alpha: number;
  readonly searched: AlphaSearch;
}

/** For records. */
export interface AlphaSearch {
  readonly grid: readonly number[];
  /** Losses on the calibration text in nats a token, in the order of the grid; null for one that is not finite. */
  readonly losses: readonly (number | null)[];
  readonly samples: number;
  readonly tokens: number;
}

/** The alpha of the grid with the least loss, the first of equal ones. */
export async function searchAlpha(
  { grid = alphaGrid }: AlphaQuestion,
  { losses }: Pick<Calibration, 'losses'>,
  intervention: (alpha: number) => Intervention,
): Promise<SearchedAlpha> {
  if (losses === undefined) throw nothingToSearchOn();
  const { nll, samples, tokens } = await losses(grid.map(intervention));
  const finite = nll.map((loss) => (Number.isFinite(loss) ? loss : null));
  const least = Math.min(...finite.filter((loss) => loss !== null));
  const alpha = grid[finite.indexOf(least)];
  if (alpha === undefined) throw nothingFinite(grid);
  return { alpha, searched: { grid: [...grid], losses: finite, samples, tokens } };
}

/** As settings have it. */
export function searchAsJson({ grid, losses, samples, tokens }: AlphaSearch): Json {
  return { grid: [...grid], losses: [...losses], samples, tokens };
}
