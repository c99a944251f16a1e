/** Trains the runs of an experiment one after the other, each into a folder of its own. */
import { join } from 'node:path';
import type { Chain } from '@linchpin/execution';
import type { Harness, OpenedModel, TrainedModel } from '@linchpin/harness';
import type { TuningPlan } from './tuning-options.ts';
import type { TuningRun } from './tuning-runs.ts';

export interface FinishedRun {
  readonly run: TuningRun;
  readonly trained: TrainedModel;
  /** Weights that are trained, as a share of the model's. */
  readonly share: number;
}

export interface RunsOfModel {
  readonly harness: Harness;
  readonly opened: OpenedModel;
  /** Interventions before every training. */
  readonly chain: Chain;
  readonly plan: TuningPlan;
}

export async function trainRuns(
  runs: readonly TuningRun[],
  { harness, opened, chain, plan }: RunsOfModel,
): Promise<FinishedRun[]> {
  const { learningRate, folder, ...shared } = plan;
  const progress = harness.context.reporter.begin(runs.length);
  const finished: FinishedRun[] = [];
  for (const run of runs) {
    const trained = await progress.part(run.label, plan.steps, (step) =>
      harness.train(opened, {
        ...shared,
        method: run.method,
        interventions: chain,
        learningRate: run.rate * learningRate,
        beta2: 0.95,
        out: join(folder, slug(opened.name), slug(run.label)),
        observer: { onStep: step },
      }),
    );
    finished.push({ run, trained, share: trained.facts.trained / trained.facts.parameters });
  }
  return finished;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
