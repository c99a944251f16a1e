/** Ways of training by name, with checked options. */
import { nearestNames } from '@linchpin/errors';
import { acceptedBy } from '@linchpin/execution';
import type { InterventionPlugin, Json, TrainableModel, TrainingMethod, TrainingPlan } from '@linchpin/plugin-api';
import { nothingTrained, unknownMethod } from './errors.ts';

/** The name of a method, or a name with settings. */
export type MethodSpecification = string | { readonly name: string; readonly settings?: Json };

/** A method that is asked for, its options checked. */
export interface ChosenMethod {
  readonly name: string;
  readonly version: number;
  /** As they were given. */
  readonly options: Json;
  /** The intervention that reads what is trained. */
  readonly intervention: string;
  plan(model: TrainableModel): Promise<TrainingPlan>;
}

export async function chooseMethod(
  specification: MethodSpecification,
  plugins: readonly InterventionPlugin[],
): Promise<ChosenMethod> {
  const { name, settings = {} } = typeof specification === 'string' ? { name: specification } : specification;
  const known = plugins.flatMap(({ methods = [], name: intervention }) =>
    methods.map((method): [string, { method: TrainingMethod; intervention: string }] => [
      method.name,
      { method, intervention },
    ]),
  );
  const found = new Map(known).get(name);
  if (found === undefined) {
    const names = known.map(([each]) => each);
    throw unknownMethod(name, nearestNames(name, names), names);
  }
  const { method, intervention } = found;
  const accepted = await acceptedBy(method, 'method', settings);
  return {
    name,
    version: method.version,
    options: settings,
    intervention,
    async plan(model) {
      const plan = await method.plan(accepted, model);
      if (plan.trained.length === 0 && (plan.adapters ?? []).length === 0) throw nothingTrained(name);
      return plan;
    },
  };
}
