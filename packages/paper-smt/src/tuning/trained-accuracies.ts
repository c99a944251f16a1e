/** Models that are tuned by several runs, and then answer the commonsense sets. */
import { original, type Harness, type OpenedModel } from '@linchpin/harness';
import type { ResultRow } from '@linchpin/plugin-api';
import { prepareCommonsense, runCommonsense } from '../commonsense/plan.ts';
import type { CommonsensePlan, FinishedRow } from '../commonsense/finished.ts';
import type { SmtFigureOptions } from '../figures/smt-figure.ts';
import { type FinishedRun, trainRuns } from './train-runs.ts';
import type { TuningPlan } from './tuning-options.ts';
import type { TuningRun } from './tuning-runs.ts';

export interface AccuracyRuns {
  readonly harness: Harness;
  readonly opened: OpenedModel;
  readonly options: SmtFigureOptions;
  readonly plan: TuningPlan;
  readonly runs: readonly TuningRun[];
}

export interface TrainedAccuracies {
  readonly sets: CommonsensePlan['sets'];
  readonly caption: string;
  /** The model as it is, then one a run. */
  readonly rows: readonly FinishedRow[];
  readonly finished: readonly FinishedRun[];
  readonly numbers: readonly ResultRow[];
  readonly notes: readonly string[];
}

/** Asks for the sets, so that what is not there is known before anything is trained. */
export async function requireSets({ harness, opened, options }: Omit<AccuracyRuns, 'plan' | 'runs'>): Promise<void> {
  await prepareCommonsense(harness, { ...setsOf(options), model: opened });
}

export async function trainedAccuracies(
  { harness, opened, options, plan, runs }: AccuracyRuns,
  onNumbers: (numbers: readonly ResultRow[]) => void,
): Promise<TrainedAccuracies> {
  const finished = await trainRuns(runs, { harness, opened, chain: original, plan });
  const rows = [
    { label: original.label, interventions: [] },
    ...finished.map(({ run, trained }) => ({ label: run.label, interventions: [trained.intervention] })),
  ];
  const table = { ...setsOf(options), model: opened, rows };
  const prepared = await prepareCommonsense(harness, table);
  const result = await runCommonsense(prepared, { harness, options: table, onNumbers });
  return { ...result, sets: prepared.sets, caption: prepared.caption, finished };
}

function setsOf({ sets, protocol, limit }: SmtFigureOptions): Pick<SmtFigureOptions, 'sets' | 'protocol' | 'limit'> {
  return { sets, protocol, limit };
}
