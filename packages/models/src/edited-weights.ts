/** The weights of a checkpoint as interventions leave them: for whoever copies, trains or looks at them. */
import type { InterventionRemark } from '@linchpin/plugin-api';
import type { BeyondWeights } from './edit/model-editor.ts';
import { type DecoderCheckpoint, planCheckpoint, type PlanOptions } from './plan-checkpoint.ts';
import { initialValues } from './training/initial-values.ts';

export interface EditedWeights {
  /** Shapes of the tensors that the model reads, by name; matrices are [out, in]. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Tensors that interventions changed. */
  readonly changed: ReadonlySet<string>;
  /** What interventions do that is no change of a weight: sites that they rewrite or read, products that they execute. */
  readonly beyondWeights: readonly BeyondWeights[];
  readonly remarks: readonly InterventionRemark[];
  /** A whole tensor in float32, matrices [out, in], run-time factors at their values: a copy. */
  values(name: string): Promise<Float32Array>;
  /** Removes files that were made for the edits. */
  release(): Promise<void>;
}

export async function openEditedWeights(checkpoint: DecoderCheckpoint, options: PlanOptions): Promise<EditedWeights> {
  const plan = await planCheckpoint(checkpoint, options);
  const { family, config, tensors } = checkpoint;
  const used = family.tensors(config).flatMap(({ name }) => tensors.get(name) ?? []);
  const { weights, scaled, beyondWeights } = plan.edits;
  const factored = [...scaled].filter(([, { entries }]) => entries.some(({ parameter }) => parameter.initial !== 1));
  return {
    shapes: new Map(used.map(({ name, shape }) => [name, shape])),
    changed: new Set([
      ...[...weights].flatMap(([name, { kind }]) => (kind === 'unchanged' ? [] : [name])),
      ...factored.map(([name]) => name),
    ]),
    beyondWeights,
    remarks: plan.remarks ?? [],
    values: (name) => initialValues(checkpoint, plan, name),
    release: async () => await plan.removeFiles?.(),
  };
}
