/** Trains a model by a method, from data files to a folder with the result. */
import process from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import { applied, type Chain, Interrupted, type RunContext } from '@linchpin/execution';
import type { Json, TrainingPlan } from '@linchpin/plugin-api';
import type { SessionSettings } from '@linchpin/runtime';
import {
  StateFolder,
  type StepRecord,
  train,
  type TrainedValues,
  trainedCount,
  type TrainingIdentity,
  type TrainingObserver,
  type TrainingOutcome,
  type TrainingSettings,
} from '@linchpin/training';
import { lossOf } from './held-out-loss.ts';
import type { ChosenMethod } from './methods.ts';
import { withTrainable } from './trainable-model.ts';
import { trainingArtifact } from './training-artifact.ts';
import type { TrainingData } from './training-data.ts';
import type { SessionChoices, TrainingChoices, TrainingFacts } from './training-facts.ts';
import { type AskedTraining, TrainingFolder } from './training-folder.ts';
import { numbersOf, type OpenedForTraining, sessionOf, setUpTraining, type TrainingCourse } from './training-setup.ts';
import {
  type FittingTraining,
  layFitting,
  layTuned,
  startingValues,
  type TunedModel,
  withExecutor,
} from './tuned-model.ts';

export interface TrainOptions extends TrainingCourse {
  /** Folder of the result, and of the states from which the same call goes on. */
  readonly out: string;
  /** Forgets a training that the folder holds. */
  readonly fresh?: boolean;
  /** Seconds between states on disk. */
  readonly saveEvery?: number;
  /** Whether activations are computed again for their gradients instead of being kept; decided by what fits when absent. */
  readonly recompute?: boolean;
  /** Bytes that the training may take; what is free when absent. */
  readonly available?: number;
  readonly observer?: TrainingObserver & { onPlan?(facts: TrainingFacts): void };
}

export interface TrainedModel extends TrainingOutcome {
  readonly facts: TrainingFacts;
  /** Whether the folder had the result already, and nothing was computed. */
  readonly isRemembered: boolean;
  /** The intervention that reads the result: its name and settings. */
  readonly intervention: { readonly name: string; readonly settings: { readonly path: string } };
}

/** What is trained from, and by whom. */
export interface TrainingPlace {
  readonly chain: Chain;
  readonly context: RunContext;
  /** Version or commit of the code, for the record. */
  readonly code: string;
}

/** Raised whenever the same training can give other numbers. */
const arithmetic = 1;

/** Throws before anything is computed for what cannot be trained. Where the folder has the result already, it is given back. */
export async function trainModel(
  opened: OpenedForTraining,
  method: ChosenMethod,
  options: TrainOptions & TrainingPlace,
): Promise<TrainedModel> {
  const folder = new TrainingFolder(options.out);
  const release = await folder.claim();
  try {
    return await trainInto(folder, opened, method, options);
  } catch (error) {
    // What was refused before anything was kept must not stand in the way of the corrected call.
    await folder.forgetBeginning();
    throw error;
  } finally {
    await release();
  }
}

async function trainInto(
  folder: TrainingFolder,
  opened: OpenedForTraining,
  method: ChosenMethod,
  { chain, context, code, ...options }: TrainOptions & TrainingPlace,
): Promise<TrainedModel> {
  const { data, settings, batch, chunks, maxLength, promptStyle } = await setUpTraining(opened, options, context);
  const { recompute, available = process.availableMemory() } = options;
  const now = sessionOf(opened, context, { recompute, available });
  const asked: TrainingIdentity = {
    arithmetic,
    chunks,
    model: await opened.checkpoint.contentHash(),
    interventions: applied(chain.interventions) as unknown as Json,
    method: { name: method.name, version: method.version, options: method.options },
    data: data.files as unknown as Json,
    heldOut: typeof options.heldOut === 'object' ? 'files' : (options.heldOut ?? null),
    limit: options.limit ?? null,
    promptStyle,
    maxLength,
    settings: settings as unknown as Json,
  };
  const training: AskedTraining = { asked, given: givenOf(context, now) };
  if (options.fresh === true) await folder.clear();
  const finished = await folder.finished(training);
  if (finished !== undefined) {
    const { facts, steps, evaluations, best, endedEarly } = finished;
    const outcome = { steps, evaluations, endedEarly, ...(best === null ? {} : { best }) };
    return { ...outcome, facts, isRemembered: true, intervention: interventionOf(method, options) };
  }
  const chosen = await folder.begin(training, () => ({ session: choicesOf(now) }));
  const session = sessionOf(opened, context, { chosen: chosen.session });
  folder.requireChosen(chosen.session, choicesOf(session));
  const tuned: TunedModel = { checkpoint: opened, chain, context, session, batch, chunks, recompute, available };
  const identity: TrainingIdentity = { ...asked, chosen: chosen as unknown as Json };
  const observed = { examples: data.examples, settings, states: { folder: folder.states, identity } };
  return await withTrainable(tuned, observed, async (model) => {
    const plan = await method.plan(model);
    for (const remark of plan.remarks ?? []) context.reporter.remark(remark);
    const states = new StateFolder(folder.states, { ...identity, plan: plan.settings }, (text) =>
      context.reporter.remark(`warning: ${text}`),
    );
    const parameters = [...model.tensors.values()].reduce((sum, shape) => sum + numbersOf(shape), 0);
    const named = { name: opened.name, code, asked, chosen, folder };
    return await carryOut({ ...named, tuned, plan, states, settings, data, method, maxLength, options, parameters });
  });
}

function choicesOf({ device, engine, threads, castWeights, packs }: SessionSettings): SessionChoices {
  return { device, engine, threads, castWeights, ...(packs === undefined ? {} : { packs }) };
}

/** What whoever asks has decided, as it is carried out here: of more threads than there are, those that are. */
function givenOf({ settings }: RunContext, now: SessionSettings): AskedTraining['given'] {
  const names = (['device', 'threads', 'castWeights'] as const).filter((name) => settings[name] !== undefined);
  return { session: Object.fromEntries(names.map((name) => [name, now[name]])) };
}

function interventionOf({ intervention }: ChosenMethod, { out }: TrainOptions): TrainedModel['intervention'] {
  return { name: intervention, settings: { path: out } };
}

interface Carried {
  /** Of the model. */
  readonly name: string;
  readonly code: string;
  readonly asked: TrainingIdentity;
  readonly chosen: TrainingChoices;
  readonly folder: TrainingFolder;
  readonly tuned: TunedModel;
  readonly plan: TrainingPlan;
  readonly states: StateFolder;
  readonly settings: TrainingSettings;
  readonly data: TrainingData;
  readonly method: ChosenMethod;
  readonly maxLength: number;
  readonly options: TrainOptions;
  /** Numbers of the model. */
  readonly parameters: number;
}

async function carryOut(carried: Carried): Promise<TrainedModel> {
  const { tuned, plan, states, settings, data, options } = carried;
  const { signal } = tuned.context;
  // Without gradients, and opened for each evaluation alone: what is held out needs no memory between them.
  const evaluated = data.heldOut.length === 0 ? undefined : await layTuned(tuned, plan, { lossOnly: true });
  let fitting: FittingTraining | undefined;
  let step = 0;
  const onStep = (record: StepRecord): void => {
    step = record.step;
    options.observer?.onStep?.(record);
  };
  const onResumed = (from: number): void => {
    step = from;
    options.observer?.onResumed?.(from);
  };
  try {
    fitting = await layFitting(tuned, plan, { updates: true, accumulates: settings.accumulation > 1, evaluated });
    const { laid } = fitting;
    const trained = await startingValues(laid, plan);
    const facts = factsOf(carried, trained, fitting);
    options.observer?.onPlan?.(facts);
    const outcome = await withExecutor(laid, tuned, async (executor) =>
      train({
        executor,
        trained,
        examples: data.examples,
        settings,
        states,
        ...(evaluated === undefined
          ? {}
          : { evaluate: () => lossOf(data.heldOut, evaluated, { tuned, trained, batchSize: settings.batchSize }) }),
        signal,
        ...(options.saveEvery === undefined ? {} : { saveEvery: options.saveEvery }),
        observer: { ...options.observer, onStep, onResumed },
      }),
    );
    await keep(carried, { facts, trained, outcome });
    return { ...outcome, facts, isRemembered: false, intervention: interventionOf(carried.method, options) };
  } catch (error) {
    if (!signal.aborted || isLinchpinError(error)) throw error;
    const saved = `step ${step} of ${settings.steps} is saved in ${options.out}; the same command goes on from there`;
    throw new Interrupted(saved, { cause: error });
  } finally {
    await evaluated?.removeFiles?.();
    await fitting?.laid.removeFiles?.();
  }
}

interface Ended {
  readonly facts: TrainingFacts;
  readonly trained: readonly TrainedValues[];
  readonly outcome: TrainingOutcome;
}

/** Puts the result into its folder. */
async function keep(carried: Carried, { facts, trained, outcome }: Ended): Promise<void> {
  const { name, code, asked, chosen, folder, plan, method, options } = carried;
  const byName = new Map(trained.map((each) => [each.name, each.values]));
  const { steps, evaluations, best, endedEarly } = outcome;
  const { name: intervention, settings } = interventionOf(method, options);
  const use = `${intervention}:${JSON.stringify(settings)}`;
  const result = { asked, chosen, facts, steps, evaluations, best: best ?? null, endedEarly, use, code };
  // What memory there was, and whether activations were kept, is of this machine and moment, and no bit depends on it.
  const { memory: _, laying: __, ...made } = facts;
  const origin = { ...(made as unknown as Record<string, Json>), model: asked['model']! };
  await folder.finish(result, {
    save: (place) => plan.save({ values: (tensor) => byName.get(tensor)!, origin, model: name }, place),
    artifact: trainingArtifact(name, facts, { ...outcome, use }),
  });
}

function factsOf(
  { method, settings, plan, chosen, data, maxLength, parameters }: Carried,
  trained: readonly TrainedValues[],
  { laying, memory }: FittingTraining,
): TrainingFacts {
  const { files, rows, cut, leftOut, examples, heldOut } = data;
  return {
    method: method.name,
    settings,
    trained: trained.reduce((sum, each) => sum + trainedCount(each), 0),
    parameters,
    ...chosen,
    laying,
    memory,
    data: { files, rows, cut, leftOut, examples: examples.length, heldOut: heldOut.length, maxLength },
    plan: plan.settings,
  };
}
