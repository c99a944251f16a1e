/**
 * A spike alone proves nothing: models with random weights have some, and so do models in which several weights share a
 * massive activation. What makes a weight super is what happens without it. So the loss of a text is measured without
 * each candidate, and, as a control, with the same change made to random other scalars of the same matrix: where a
 * control has as large a value, that is its own pruning.
 */
import { searchControls, searchLeastEffect, searchSeed } from '@linchpin/defaults';
import { formatSuperWeight, type MlpPlace, type SuperWeight } from '@linchpin/plugin-api';
import { PythonRandom } from '@linchpin/random';
import type { Candidate } from './candidate-rule.ts';
import type { ModelProbe, WeightChange } from './model-probe.ts';

export interface ConfirmationOptions {
  /** Random scalars for every candidate; default 5. */
  readonly controls?: number;
  /** Of the draws; default 0. */
  readonly seed?: number;
  /** Least rise of the loss in nats per token; default 0.05, 5 % of the perplexity. */
  readonly leastEffect?: number;
  /** How many times the largest effect of a control the candidate's must be; default 10. */
  readonly timesControls?: number;
}

export interface MeasuredCandidate extends Candidate {
  /** Rise of the loss in nats per token when it alone is set to zero. */
  readonly effect: number;
  /** The same for random scalars of the matrix that are changed by as much, one at a time. */
  readonly controlEffects: readonly number[];
  readonly isConfirmed: boolean;
}

export interface Confirmation {
  /** Loss of the unedited model in nats per token. */
  readonly nll: number;
  /** Rise when all candidates together are set to zero; 0 where there is none. */
  readonly effectTogether: number;
  readonly candidates: readonly MeasuredCandidate[];
}

/**
 * Measures candidates one at a time and all together. Where no candidate has an effect alone and all together have one,
 * beside as many random changes at once, all are confirmed: they stand in for each other. Where the loss of the unedited
 * model or of a control is not finite, none is.
 */
export async function confirmByEffect(
  probe: Pick<ModelProbe, 'losses' | 'shape'>,
  candidates: readonly Candidate[],
  options: ConfirmationOptions = {},
): Promise<Confirmation> {
  const random = new PythonRandom(options.seed ?? searchSeed);
  const { controls: count = searchControls } = options;
  const edits = candidates.map((candidate) => ({
    candidate,
    controls: controlsOf(candidate, { probe, random, count, candidates }),
  }));
  const groups = jointControls(edits.map(({ controls }) => controls));
  const [nll, together, ...rest] = await probe.losses([
    [],
    candidates.map(pruning),
    ...groups,
    ...edits.flatMap(({ candidate, controls }) => [[pruning(candidate)], ...controls.map((control) => [control])]),
  ]);
  const jointEffects = rest.slice(0, groups.length).map((loss) => loss - nll!);
  let read = groups.length;
  const measured = edits.map(({ candidate, controls }): MeasuredCandidate => {
    const end = read + 1 + controls.length;
    const [effect, ...controlEffects] = rest.slice(read, end).map((loss) => loss - nll!);
    read = end;
    return { ...candidate, effect: effect!, controlEffects, isConfirmed: isEffect(effect!, controlEffects, options) };
  });
  const effectTogether = together! - nll!;
  return {
    nll: nll!,
    effectTogether,
    candidates: confirmTogether(measured, { effectTogether, jointEffects }, options),
  };
}

function confirmTogether(
  measured: readonly MeasuredCandidate[],
  joint: { readonly effectTogether: number; readonly jointEffects: readonly number[] },
  options: ConfirmationOptions,
): readonly MeasuredCandidate[] {
  const isAlone = measured.length < 2 || measured.some(({ isConfirmed }) => isConfirmed);
  const isShared = !isAlone && isEffect(joint.effectTogether, joint.jointEffects, options);
  return isShared ? measured.map((each) => ({ ...each, isConfirmed: true })) : measured;
}

function isEffect(
  effect: number,
  controls: readonly number[],
  { leastEffect = searchLeastEffect, timesControls = 10 }: ConfirmationOptions,
): boolean {
  // Beside a control that breaks the model too, and with no loss to begin with, nothing can be told.
  if (controls.length === 0 || !controls.every(Number.isFinite)) return false;
  // NaN, the loss of a model that broke altogether, is not below anything.
  const largest = controls.reduce((most, control) => Math.max(most, Math.abs(control)), 0);
  return !(effect < Math.max(leastEffect, timesControls * largest));
}

/** As many changes at once as there are candidates, one beside each; none where one candidate is its own control. */
function jointControls(controls: readonly (readonly WeightChange[])[]): WeightChange[][] {
  if (controls.length < 2) return [];
  const groups = Math.min(...controls.map(({ length }) => length));
  return Array.from({ length: groups }, (_, group) => controls.map((own) => own[group]!));
}

function pruning({ row, column, value, ...at }: Candidate): WeightChange {
  return { ...placeOf(at), row, column, change: -value };
}

function placeOf({ layer, expert }: MlpPlace): MlpPlace {
  return expert === undefined ? { layer } : { layer, expert };
}

interface Draws {
  readonly probe: Pick<ModelProbe, 'shape'>;
  readonly random: PythonRandom;
  readonly count: number;
  readonly candidates: readonly Candidate[];
}

/** Different scalars of the candidate's matrix, none of which is a candidate; fewer where the matrix is tiny. */
function controlsOf(candidate: Candidate, { probe, random, count, candidates }: Draws): WeightChange[] {
  const place = placeOf(candidate);
  const [rows, columns] = probe.shape(place);
  const { value } = candidate;
  return random
    .sample(rows * columns, Math.min(count + candidates.length, rows * columns))
    .map((at): SuperWeight => ({ ...place, row: Math.floor(at / columns), column: at % columns }))
    .filter((at) => !candidates.some((each) => formatSuperWeight(each) === formatSuperWeight(at)))
    .slice(0, count)
    .map((at) => ({ ...at, change: -value }));
}
