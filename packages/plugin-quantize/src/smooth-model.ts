/** Folds smoothing factors into a model: norm weights divided, columns of the matrices behind them multiplied. */
import { createHash } from 'node:crypto';
import type { EditableLinear, EditableModel, Json } from '@linchpin/plugin-api';
import type { AlphaSearch } from './search-alpha.ts';
import { missingScales, nonFiniteGroup, nothingToSmooth, wrongScales } from './errors.ts';
import { multiplyColumns, raiseToColumnMaxima, smoothingFactors } from './smoothing-factors.ts';

export interface Smoothing {
  /** Share of the difficulty that goes to the weights, from 0 to 1. */
  readonly alpha: number;
  /**
   * Largest magnitudes of the channels of modules' inputs, float32 [channels], by module. A module that shares its input
   * with another one may go without.
   */
  readonly inputMaxima: (modules: readonly string[]) => Promise<InputMaxima>;
  /** What they are measured on or read from, for records. */
  readonly origin?: Json;
  /** What decided for alpha, where it was searched. */
  readonly searched?: AlphaSearch;
}

export type InputMaxima = ReadonlyMap<string, Float32Array>;

/** Smooths every norm that feeds products alone; returns the sha256 of all factors. */
export async function smoothModel(
  model: EditableModel,
  linears: readonly EditableLinear[],
  { alpha, inputMaxima }: Pick<Smoothing, 'alpha' | 'inputMaxima'>,
): Promise<string> {
  const groups = byNorm(linears);
  if (groups.size === 0) throw nothingToSmooth();
  const known = await inputMaxima([...groups.values()].map((group) => group[0]!.module));
  const hash = createHash('sha256');
  for (const [norm, group] of groups) {
    const factors = await factorsOf(model, group, { alpha, inputMaxima: maximaOf(known, group) });
    hash.update(factors);
    for (const tensor of group[0]!.normBias ? [`${norm}.weight`, `${norm}.bias`] : [`${norm}.weight`])
      model.weight(tensor).map((values) => values.forEach((value, at) => (values[at] = value / factors[at]!)));
    for (const { module } of group) model.weight(`${module}.weight`).map((values) => multiplyColumns(values, factors));
  }
  return hash.digest('hex');
}

function byNorm(linears: readonly EditableLinear[]): ReadonlyMap<string, readonly EditableLinear[]> {
  return Map.groupBy(
    linears.filter(({ norm }) => norm !== undefined),
    ({ norm }) => norm!,
  );
}

async function factorsOf(
  model: EditableModel,
  group: readonly EditableLinear[],
  { alpha, inputMaxima }: { readonly alpha: number; readonly inputMaxima: Float32Array },
): Promise<Float32Array> {
  const weightMaxima = new Float32Array(inputMaxima.length);
  for (const { module } of group) raiseToColumnMaxima(weightMaxima, await model.weight(`${module}.weight`).values());
  return smoothingFactors({ inputMaxima, weightMaxima, alpha });
}

/** The maxima of the first module of the group that has some. */
function maximaOf(known: InputMaxima, group: readonly EditableLinear[]): Float32Array {
  const [first] = group;
  const maxima = group.map(({ module }) => known.get(module)).find((values) => values !== undefined);
  if (maxima === undefined) throw missingScales(first!.module);
  if (maxima.length !== first!.shape[1]) throw wrongScales(first!.module, maxima.length, first!.shape[1]);
  const bad = maxima.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw nonFiniteGroup(`the scales of ${first!.module}`, bad, maxima[bad]!);
  return maxima;
}
