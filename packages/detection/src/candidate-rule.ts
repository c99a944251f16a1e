/**
 * When a scalar is a candidate: the largest output of its layer is a spike, its own input is one, and it makes most of that
 * output. What a spike is can be said absolutely, as an independent implementation does (50 and 70), or by the other
 * layers of the same model, which holds for models of any scale and finds nothing where all layers are alike.
 */
import { absoluteSpikes, explainedShares } from '@linchpin/defaults';
import type { SuperWeight } from '@linchpin/plugin-api';
import type { Contribution, LayerSpikes } from './layer-spikes.ts';

export interface CandidateRule {
  readonly input: SpikeThreshold;
  readonly output: SpikeThreshold;
  /** Least and greatest share of the output that the scalar may make. */
  readonly explained: readonly [least: number, greatest: number];
  /** The scalar's column: that of the layer's largest input, or of what contributes most to its largest output. */
  readonly column: 'largest-input' | 'largest-contribution';
}

/** A magnitude, or so many times the median of the largest magnitudes of all other layers. */
export type SpikeThreshold = { readonly above: number } | { readonly timesOtherLayers: number };

/**
 * Needs no scale. In LLaMA-7B's printed profile the super weight's layer exceeds this many times over (input -560 where all
 * early layers stay below 20, output 1313 where they stay below 38).
 */
export const relativeRule: CandidateRule = {
  input: { timesOtherLayers: 5 },
  output: { timesOtherLayers: 5 },
  explained: explainedShares,
  column: 'largest-contribution',
};

/** Thresholds of fabianandresgrob/super_weights, with the range of `explained` that goes with the paper's method. */
export const absoluteRule: CandidateRule = {
  input: { above: absoluteSpikes.input },
  output: { above: absoluteSpikes.output },
  explained: explainedShares,
  column: 'largest-input',
};

export interface Candidate extends SuperWeight {
  /** W[row, column]. */
  readonly value: number;
  /** The spikes that gave it away. */
  readonly input: number;
  readonly output: number;
  readonly explained: number;
  /** How many times the medians of the other layers both spikes are at least; 0 of a single layer. */
  readonly ratio: number;
}

/** The candidate of the smallest layer; undefined where no layer has one. */
export function findCandidate(profile: readonly LayerSpikes[], rule: CandidateRule): Candidate | undefined {
  return findCandidates(profile, rule)[0];
}

/** One a layer at most, smallest layer first. */
export function findCandidates(profile: readonly LayerSpikes[], rule: CandidateRule): Candidate[] {
  const found: Candidate[] = [];
  const outputs = profile.map(({ output }) => Math.abs(output.value));
  const inputs = profile.map(({ input }) => Math.abs(input.value));
  for (const [index, spikes] of profile.entries()) {
    const { layer, expert, output } = spikes;
    const scalar = scalarOf(spikes, rule);
    const [least, greatest] = rule.explained;
    if (scalar.weight === 0 || !(scalar.explained >= least && scalar.explained <= greatest)) continue;
    const input = rule.column === 'largest-input' ? spikes.input.value : scalar.input;
    const spike = { magnitude: Math.abs(output.value), ratio: ratioTo({ all: outputs, index }, output.value) };
    const own = { magnitude: Math.abs(input), ratio: ratioTo({ all: inputs, index }, input) };
    if (!exceeds(spike, rule.output) || !exceeds(own, rule.input)) continue;
    const { column, weight, explained } = scalar;
    found.push({
      ...(expert === undefined ? { layer } : { layer, expert }),
      row: output.channel,
      column,
      value: weight,
      input,
      output: output.value,
      explained,
      ratio: Math.min(spike.ratio, own.ratio),
    });
  }
  return found;
}

/** The scalar of a layer that a rule looks at. */
export function scalarOf(spikes: LayerSpikes, rule: Pick<CandidateRule, 'column'>): Contribution {
  return rule.column === 'largest-input' ? spikes.atLargestInput : spikes.largest;
}

interface Layers {
  readonly all: readonly number[];
  readonly index: number;
}

function exceeds(
  { magnitude, ratio }: { readonly magnitude: number; readonly ratio: number },
  threshold: SpikeThreshold,
): boolean {
  return 'above' in threshold ? magnitude > threshold.above : ratio > threshold.timesOtherLayers;
}

/** A single layer stands out from nothing, and so does a zero. */
function ratioTo({ all, index }: Layers, value: number): number {
  const others = all.filter((_, other) => other !== index);
  return others.length === 0 || value === 0 ? 0 : Math.abs(value) / median(others);
}

/** Of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
