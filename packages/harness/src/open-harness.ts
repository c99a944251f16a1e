/** The one way in: a harness opens models, runs them, remembers what they gave, and frees everything when it is closed. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productTypes } from '@linchpin/defaults';
import { findSuperWeights } from '@linchpin/detection';
import {
  createContext,
  type ModelSettings,
  type RunContext,
  silentReporter,
  TemporaryFiles,
} from '@linchpin/execution';
import { originOf, RunRecording } from '@linchpin/recording';
import { type EndedStatus, openRunStore, type RunStore } from '@linchpin/run-store';
import {
  areIntegersExact,
  chooseDevice,
  type DeviceChoice,
  type Placement,
  plainSession,
  requireIntegers,
} from '@linchpin/runtime';
import { requireChoice, requireCount } from './check-options.ts';
import { codeVersion, version } from './code-version.ts';
import { sharedSources } from './data-source.ts';
import { badOption, harnessClosed, pluginNameTaken } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { measurePerplexity } from './measure-perplexity.ts';
import { planExperiment } from './experiment.ts';
import { plugins as included } from './generated/plugins.ts';
import type { HarnessParts } from './harness-parts.ts';
import type { Experiment, ExperimentResult, Harness, HarnessOptions, Place, SavedExperiment } from './harness.ts';
import { createChain } from './interventions.ts';
import { openModel } from './open-model.ts';
import { requirePlugin } from './plugin-shape.ts';
import { planMatrix } from './run-matrix.ts';

/** Opens a harness. Two of them in one process share nothing, stores, records and plugins included. */
export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  checkOptions(options);
  const { store: folder, fresh = false } = options;
  const store = lazyStore(folder, () => context);
  const context: RunContext = createContext({
    ...(await settled(options)),
    openStore: () => store.open(),
    fresh,
    ...surroundings(options),
  });
  let exact: Promise<boolean> | undefined;
  const recording = recordingOf(options, context);
  const parts: HarnessParts = {
    context,
    datasets: options.datasets,
    ...sharedSources(context, options),
    plugins: [...included, ...(options.plugins ?? [])],
    verify: options.verify ?? false,
    // No numbers come of it, and commands that run no model have no threads to give.
    exactIntegers: () => (exact ??= areIntegersExact(plainSession({ ...context.settings, threads: 1 }))),
    recording,
  };
  const ending = (): EndedStatus => (context.signal.aborted ? 'interrupted' : 'finished');
  const endRun = (status: EndedStatus = ending()): Promise<string | undefined> => recording.end(status);
  const made = new Map<string, string>();
  let isClosed = false;
  const opened = (): HarnessParts => {
    if (isClosed) throw harnessClosed();
    return parts;
  };
  const harness: Harness = {
    ...parts,
    open: async (model, opening) => await openModel(opened(), model, opening),
    chain: async (model, interventions, label) => await createChain(interventions, model.facts, { ...opened(), label }),
    evaluate: async (model, evaluation) => await evaluate(opened(), model, evaluation),
    perplexity: async (model, measurement) => await measurePerplexity(opened(), model, measurement),
    async find(model, search = {}) {
      requireCount('limit', search.limit);
      return await findSuperWeights(model, search, opened().context);
    },
    // Imported here: most of what is run writes no text.
    generate: async (model, writing) => await (await import('./generate.ts')).generate(opened(), model, writing),
    ...changingVerbs(opened),
    planMatrix: async (matrix) => await planMatrix(opened(), matrix),
    run: runExperiment,
    plan: async (experiment, planned, place) =>
      await planExperiment(opened() && harness, experiment, { options: planned, place, made }),
    async openStore() {
      opened();
      return await store.open();
    },
    endRun,
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  };
  async function close(status?: EndedStatus): Promise<string | undefined> {
    isClosed = true;
    try {
      return await endRun(status);
    } finally {
      context.temporaryFiles.removeAll();
      await store.close();
    }
  }
  async function runExperiment<Options>(experiment: Experiment<Options>, given: Options): Promise<ExperimentResult>;
  async function runExperiment<Options>(
    experiment: Experiment<Options>,
    given: Options,
    place: Place,
  ): Promise<SavedExperiment>;
  async function runExperiment<Options>(
    experiment: Experiment<Options>,
    given: Options,
    place?: Place,
  ): Promise<ExperimentResult> {
    opened();
    if (place !== undefined) return await (await harness.plan(experiment, given, place))();
    return await (await experiment.plan(harness, given)).run(() => {});
  }
  return harness;
}

function recordingOf({ command = [] }: HarnessOptions, context: RunContext): RunRecording {
  return new RunRecording({ command, code: async () => ({ version, commit: await codeVersion() }) }, context);
}

/** Who ends the work, who hears of it, and who shares it. */
function surroundings({ signal, reporter, division }: HarnessOptions): Partial<RunContext> {
  return {
    ...(signal === undefined ? {} : { signal }),
    reporter: { ...silentReporter, ...reporter },
    ...(division === undefined ? {} : { division }),
  };
}

/** What makes other weights, imported when it is asked for. */
function changingVerbs(parts: () => HarnessParts): Pick<Harness, 'train' | 'select' | 'merge'> {
  return {
    train: async (model, training) => await (await import('./train.ts')).train(parts(), model, training),
    select: async (model, selection) => await (await import('./train.ts')).select(parts(), model, selection),
    merge: async (model, merging) => await (await import('./merge.ts')).merge(parts(), model, merging),
  };
}

/** Throws for settings that no session and no batch can have, and for plugins that nobody could ask for. */
function checkOptions(options: HarnessOptions): void {
  const { threads, batchTokens, castWeights, execution, dtype, stages, division, store, plugins = [] } = options;
  requireCount('threads', threads);
  requireCount('batchTokens', batchTokens);
  if (stages !== 'auto') requireCount('stages', stages, ', or auto');
  else if (division !== undefined) throw badOption('stages', stages, 'a number, where machines share the work');
  requireChoice('castWeights', castWeights, ['once', 'every-batch']);
  requireChoice('execution', execution, ['float32', 'split16']);
  requireChoice('dtype', dtype, productTypes);
  if (store === '') throw badOption('store', store, 'the path of a folder, or false');
  const names = new Set(included.map(({ name }) => name));
  for (const plugin of plugins) {
    requirePlugin(plugin, 'option plugins');
    if (names.has(plugin.name)) throw pluginNameTaken(plugin.name, 'given to openHarness');
    names.add(plugin.name);
  }
}

/** Asked once, before anything is read: what computes is part of every number. */
async function deviceOf({ device, dtype = 'float32', reporter }: HarnessOptions): Promise<DeviceChoice | undefined> {
  if (device === undefined && dtype === 'float32') return undefined;
  const chosen = await chooseDevice(device, dtype);
  if (chosen.why !== undefined) reporter?.remark?.(`device auto: ${chosen.engine}, ${chosen.why}`);
  return chosen;
}

/** What models are run with. Sessions are profiled only where somebody wants to know what their device computes. */
async function settled(options: HarnessOptions): Promise<Pick<RunContext, 'settings' | 'temporaryFiles'>> {
  const settings = settingsOf(options, await deviceOf(options));
  const temporaryFiles = new TemporaryFiles();
  const { reporter } = options;
  if (reporter?.place === undefined) return { settings, temporaryFiles };
  const folder = mkdtempSync(join(tmpdir(), 'linchpin-placement-'));
  temporaryFiles.note(folder);
  const placement = { folder, tell: (told: Placement) => reporter.place?.(told) };
  return { settings: { ...settings, placement }, temporaryFiles };
}

function settingsOf(
  { threads, castWeights, execution, dtype, encodedFolder, batchTokens, stages }: HarnessOptions,
  device: DeviceChoice | undefined,
): ModelSettings {
  if (device !== undefined && execution === 'split16') requireIntegers(device);
  return {
    ...(device === undefined ? {} : { device }),
    ...(stages === undefined ? {} : { stages }),
    ...(threads === undefined ? {} : { threads }),
    ...(castWeights === undefined ? {} : { castWeights }),
    ...(execution === undefined ? {} : { execution }),
    ...(dtype === undefined ? {} : { dtype }),
    ...(encodedFolder === undefined ? {} : { encodedFolder }),
    ...(batchTokens === undefined ? {} : { batchTokens }),
  };
}

interface LazyStore {
  open(): Promise<RunStore | undefined>;
  close(): Promise<void>;
}

/** A store that is opened, and its folder made, at the first question. */
function lazyStore(
  folder: string | false | undefined,
  context: () => Pick<RunContext, 'settings' | 'reporter'>,
): LazyStore {
  let opened: RunStore | undefined;
  return {
    async open() {
      if (folder === undefined || folder === false) return undefined;
      if (opened !== undefined) return opened;
      const { settings, reporter } = context();
      opened = openRunStore(folder, { origin: originOf(settings, version) });
      const { file, movedAside } = opened;
      if (movedAside !== undefined) {
        reporter.remark(`warning: ${file} was damaged; it was moved to ${movedAside} and begun anew`);
      }
      return opened;
    },
    async close() {
      opened?.close();
      opened = undefined;
    },
  };
}
