/** What a census shows of a model, in sentences. */
import { limitInWords } from '@linchpin/detection';
import type { CensusEntry, ModelCensus } from './measure-model.ts';
import { nameOf, type Unit } from './subject.ts';

/** `leastEffect` is what counts as an effect, in nats a token. */
export function censusInWords(census: ModelCensus, leastEffect: number): string[] {
  const { opened, finding, baseline, entries } = census;
  const count = finding.confirmation.candidates.length;
  if (count === 0) return [`${opened.name}: no candidate, and nothing to compare.`, ...finding.notes];
  const windows = `${baseline.windows} ${baseline.windows === 1 ? 'window' : 'windows'} of ${baseline.window} tokens`;
  const head = `${opened.name}: ${count} ${count === 1 ? 'candidate' : 'candidates'}, loss ${baseline.nll.toFixed(4)} on ${windows}.`;
  const units = (['scalar', 'row'] as const).flatMap((unit) => unitInWords(unit, entries, leastEffect));
  return [
    head,
    ...units,
    ...orderInWords(entries),
    ...pairsInWords(entries),
    ...limitInWords(finding),
    ...finding.notes,
  ];
}

function unitInWords(unit: Unit, entries: readonly CensusEntry[], leastEffect: number): string[] {
  const own = entries.filter((entry) => isRemoved(entry) && entry.subjects[0]!.unit === unit);
  const candidates = own.filter(({ subjects }) => subjects[0]!.group === 'candidate');
  if (candidates.length === 0) return [];
  const largest = mostOf(candidates)!;
  const effective = candidates.filter(({ change }) => change >= leastEffect).length;
  const control = mostOf(own.filter(({ subjects }) => subjects[0]!.group !== 'candidate'));
  return [
    [
      `Of ${candidates.length} ${unit}${candidates.length === 1 ? '' : 's'} ${effective} raise the loss by ${leastEffect} or more when removed;`,
      `most ${nameOf(largest.subjects[0]!)}, by ${withError(largest)}`,
      control === undefined
        ? 'beside no control.'
        : `beside ${withError(control)} of the control that matters most (${control.subjects[0]!.group} ${nameOf(control.subjects[0]!)}).`,
    ].join(' '),
  ];
}

/** Whether the order in which candidates stand out is that in which they matter. */
function orderInWords(entries: readonly CensusEntry[]): string[] {
  const scalars = entries.filter(
    (entry) => isRemoved(entry) && entry.subjects[0]!.unit === 'scalar' && entry.subjects[0]!.group === 'candidate',
  );
  if (scalars.length < 2) return [];
  const byEffect = scalars.toSorted((a, b) => b.change - a.change).map(({ subjects }) => nameOf(subjects[0]!));
  const byMagnitude = scalars
    .toSorted((a, b) => b.subjects[0]!.magnitude - a.subjects[0]!.magnitude)
    .map(({ subjects }) => nameOf(subjects[0]!));
  const isSameOrder = byEffect.every((name, index) => name === byMagnitude[index]);
  return [`By effect: ${byEffect.join(', ')}; by magnitude ${isSameOrder ? 'the same' : 'in another order'}.`];
}

function pairsInWords(entries: readonly CensusEntry[]): string[] {
  const pairs = entries.filter(({ interaction }) => interaction !== undefined);
  if (pairs.length === 0) return [];
  const masking = pairs.filter(({ interaction }) => interaction!.together === 'masking');
  if (masking.length === 0) return [`None of ${pairs.length} ablated pairs masks each other.`];
  return masking.map(
    ({ subjects, factor, change, interaction }) =>
      `${subjects.map(nameOf).join(' and ')} mask each other at factor ${factor}: either alone is harmless, both together change the loss by ${signed(change)}, ${signed(interaction!.value)} more than the sum.`,
  );
}

function isRemoved({ factor, subjects }: CensusEntry): boolean {
  return factor === 0 && subjects.length === 1;
}

function mostOf(entries: readonly CensusEntry[]): CensusEntry | undefined {
  return entries.toSorted((a, b) => b.change - a.change)[0];
}

function withError({ change, standardError }: CensusEntry): string {
  return standardError === null ? signed(change) : `${signed(change)} ± ${standardError.toFixed(4)}`;
}

function signed(nats: number): string {
  return `${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(4)}`;
}
