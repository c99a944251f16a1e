/** What a result was made of, in words that stand below a table. */
import type { ModelFlags } from './flags.ts';
import type { OpenedModel } from './open-model.ts';
import type { Variant } from './variant.ts';

/** `mini`, or `mini under prune-super-weight (1 weight changed)`. */
export function modelInWords(
  { name }: Pick<OpenedModel, 'name'>,
  variant: Pick<Variant, 'label' | 'interventions' | 'changedWeights'>,
): string {
  if (variant.interventions.length === 0) return name;
  const { changedWeights } = variant;
  return `${name} under ${variant.label} (${changedWeights} ${changedWeights === 1 ? 'weight' : 'weights'} changed)`;
}

/** `on the embedded mini data sets, the first 3 items of each`. */
export function dataInWords({ datasets }: Pick<ModelFlags, 'datasets'>, first: string | undefined): string {
  const data = datasets === undefined ? 'the embedded mini data sets' : `the data sets in ${datasets}`;
  return first === undefined ? `on ${data}` : `on ${data}, the first ${first} of each`;
}
