/** What a search has found, or why it found nothing, with the figures. */
import { type Decoder, weightInWords } from '@linchpin/models';
import { formatSuperWeight, type MlpPlace, type SuperWeight } from '@linchpin/plugin-api';
import { scalarOf } from './candidate-rule.ts';
import type { MeasuredCandidate } from './confirm-by-effect.ts';
import type { Finding } from './find-super-weights.ts';
import type { LayerSpikes } from './layer-spikes.ts';

interface Named extends Pick<Decoder, 'family' | 'config'> {
  readonly name: string;
}

/** A sentence on the whole, and one on every candidate. */
export function findingInWords(finding: Finding, model: Named): string[] {
  const { superWeights, confirmation } = finding;
  const { candidates } = confirmation;
  const head =
    superWeights.length > 0
      ? `Found ${superWeights.length === 1 ? 'one super weight' : `${superWeights.length} super weights`} in ${model.name}.`
      : noneInWords(finding, model);
  const together =
    candidates.length > 1
      ? [`Without all ${candidates.length} candidates the loss changes by ${signed(confirmation.effectTogether)}.`]
      : [];
  const measured = candidates.map((each) => candidateInWords(each, confirmation.nll, model));
  return [head, ...measured, ...together, ...limitInWords(finding), ...finding.notes];
}

/** Where a search was cut short, and how to go on; nothing where it ended by itself. */
export function limitInWords({ endedBy, confirmation }: Finding): string[] {
  if (endedBy === undefined) return [];
  const ratios = confirmation.candidates.map(({ ratio }) => ratio).filter(Number.isFinite);
  const least = Math.max(1, Math.floor(Math.min(...ratios, Number.MAX_SAFE_INTEGER)));
  return [
    `The search was cut short at its limit of ${endedBy} ${endedBy === 1 ? 'candidate' : 'candidates'}: there may be more. ` +
      `--limit ${2 * endedBy} goes on; --all-above ${least} takes all that stand out as much as these.`,
  ];
}

/** Why there is none. */
export function noneInWords({ confirmation, rounds, rule }: Finding, { name }: Pick<Named, 'name'>): string {
  const { candidates } = confirmation;
  if (candidates.length > 0) {
    const many = candidates.length === 1 ? 'One candidate spikes' : `${candidates.length} candidates spike`;
    return `None found in ${name}. ${many}, but the loss without it does not rise as that of a super weight would.`;
  }
  const { profile } = rounds[0]!;
  const largest = profile.reduce((a, b) => (Math.abs(b.output.value) > Math.abs(a.output.value) ? b : a));
  const { explained } = scalarOf(largest, rule);
  return [
    `None found in ${name}: no layer's largest output is a spike that one weight makes.`,
    `The largest output, ${largest.output.value.toPrecision(4)} in ${placeInWords(largest)},`,
    ...standing(largest, profile),
    `${percent(explained)} of it comes from one weight.`,
  ].join(' ');
}

function placeInWords({ layer, expert }: MlpPlace): string {
  return expert === undefined ? `layer ${layer}` : `expert ${expert} of layer ${layer}`;
}

function standing(largest: LayerSpikes, profile: readonly LayerSpikes[]): string[] {
  const others = profile.filter((spikes) => spikes !== largest).map(({ output }) => Math.abs(output.value));
  if (others.length === 0) return ['is the only one;'];
  const next = Math.max(...others);
  return [`is ${(Math.abs(largest.output.value) / next).toPrecision(3)} times the next largest;`];
}

function candidateInWords(candidate: MeasuredCandidate, nll: number, model: Named): string {
  const { value, input, output, explained, ratio, effect, controlEffects, isConfirmed } = candidate;
  const most = Math.max(...controlEffects.map(Math.abs));
  return [
    `${isConfirmed ? 'Super weight' : 'Not confirmed:'} ${weightInWords(model, candidate)} = ${value.toPrecision(4)}:`,
    `input ${input.toPrecision(5)} times it makes ${percent(explained)} of the output ${output.toPrecision(5)},`,
    `${ratio.toPrecision(3)} times those of the other layers.`,
    `Without it the loss goes from ${nll.toFixed(3)} to ${(nll + effect).toFixed(3)} nats a token (${signed(effect)});`,
    `the same change of ${controlEffects.length} random weights of the matrix moves it by at most ${most.toFixed(4)}.`,
  ].join(' ');
}

/** The guess from the weights beside what was found. */
export function coldInWords({ cold, superWeights }: Finding, model: Named): string[] {
  if (cold === undefined) return [];
  const relative = cold.toSorted((a, b) => b.timesMedian - a.timesMedian);
  const best = cold.slice(0, 3).map((each) => `${weightInWords(model, each)} (${each.timesMedian.toFixed(1)}×)`);
  const compared = superWeights.map((weight) => {
    const isRow = (at: SuperWeight): boolean =>
      formatSuperWeight({ ...at, column: 0 }) === formatSuperWeight({ ...weight, column: 0 });
    const rank = cold.findIndex(isRow);
    const column = cold[rank]?.column === weight.column ? 'its best column is the same' : 'its best column is another';
    const standsOut = relative.findIndex(isRow) + 1;
    return `The row of ${weightInWords(model, weight)} is number ${rank + 1} of ${cold.length} by score and number ${standsOut} by times the median of its layer; ${column}.`;
  });
  return [`From the weights alone, best first (times the median of the layer): ${best.join(', ')}.`, ...compared];
}

function signed(nats: number): string {
  return `${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(4)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
