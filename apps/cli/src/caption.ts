/** What a result was made of, in words that stand below a table. */
import type { ModelFlags } from './flags.ts';
import type { OpenedModel } from './open-model.ts';
import type { Variant } from './variant.ts';

/** Executions of products that `--execution` chooses, and no intervention. */
const baseExecutions: readonly string[] = ['float32', 'split16'];

/** `mini`, `mini under prune-super-weight (1 weight changed)`, or `mini under quantize (products in int8)`. */
export function modelInWords(
  { name }: Pick<OpenedModel, 'name'>,
  variant: Pick<Variant, 'label' | 'interventions' | 'changedWeights' | 'execution'>,
): string {
  const { label, interventions, changedWeights, execution } = variant;
  const facts = execution === 'float32' ? [] : [`products in ${execution}`];
  const isExecuted = execution.split('+').some((each) => !baseExecutions.includes(each));
  // An intervention without effect must be seen; one that executes products is seen by that.
  if (interventions.length > 0 && (changedWeights > 0 || !isExecuted))
    facts.unshift(`${changedWeights} ${changedWeights === 1 ? 'weight' : 'weights'} changed`);
  const model = interventions.length === 0 ? name : `${name} under ${label}`;
  return facts.length === 0 ? model : `${model} (${facts.join(', ')})`;
}

/** `on the embedded mini data sets, the first 3 items of each`. */
export function dataInWords({ datasets }: Pick<ModelFlags, 'datasets'>, first: string | undefined): string {
  const data = datasets === undefined ? 'the embedded mini data sets' : `the data sets in ${datasets}`;
  return first === undefined ? `on ${data}` : `on ${data}, the first ${first} of each`;
}
