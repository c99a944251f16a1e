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
}

/** The candidate of the smallest layer; undefined where no layer has one. */
export function findCandidate(profile: readonly LayerSpikes[], rule: CandidateRule): Candidate | undefined {
  const outputs = profile.map(({ output }) => Math.abs(output.value));
  const inputs = profile.map(({ input }) => Math.abs(input.value));
  for (const [index, spikes] of profile.entries()) {
    const { layer, expert, output } = spikes;
    const scalar = scalarOf(spikes, rule);
    const [least, greatest] = rule.explained;
    if (scalar.weight === 0 || !(scalar.explained >= least && scalar.explained <= greatest)) continue;
    const input = rule.column === 'largest-input' ? spikes.input.value : scalar.input;
    if (!exceeds(Math.abs(output.value), rule.output, { all: outputs, index })) continue;
    if (!exceeds(Math.abs(input), rule.input, { all: inputs, index })) continue;
    const { column, weight, explained } = scalar;
    const place = expert === undefined ? { layer } : { layer, expert };
    return { ...place, row: output.channel, column, value: weight, input, output: output.value, explained };
  }
  return undefined;
}

/** The scalar of a layer that a rule looks at. */
export function scalarOf(spikes: LayerSpikes, rule: Pick<CandidateRule, 'column'>): Contribution {
  return rule.column === 'largest-input' ? spikes.atLargestInput : spikes.largest;
}

interface Layers {
  readonly all: readonly number[];
  readonly index: number;
}

function exceeds(magnitude: number, threshold: SpikeThreshold, { all, index }: Layers): boolean {
  if ('above' in threshold) return magnitude > threshold.above;
  const others = all.filter((_, other) => other !== index);
  // A single layer stands out from nothing.
  return others.length > 0 && magnitude > threshold.timesOtherLayers * median(others);
}

/** Of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
