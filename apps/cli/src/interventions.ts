/** From `--intervention NAME[:JSON]` to interventions. */
import { nearestNames } from '@linchpin/errors';
import { calibrationOptions } from './calibration/calibration-options.ts';
import { externalPlugins } from './config/external-plugins.ts';
import type { Intervention, InterventionPlugin, ModelFacts } from '@linchpin/plugin-api';
import { calibrationUnused, invalidInterventionOptions, superWeightUnused, unknownIntervention } from './errors.ts';
import { flagName } from './flag-name.ts';
import type { InterventionFlags } from './flags.ts';
import { plugins } from './generated/plugins.ts';
import type { Chain } from './variant.ts';

/** What interventions may know of a model, and of the processor that it runs on. */
export interface InterventionFacts extends ModelFacts {
  /** Whether products of 8-bit integers are refused here; asked where an intervention would choose them by itself. */
  refusesIntegers(): Promise<boolean>;
}

export interface ChainFacts extends InterventionFacts {
  /** For an intervention that comes after these. */
  after(interventions: readonly Intervention[]): ModelFacts;
}

/** Makes the chain that the flags ask for; flags that none of its interventions makes use of are refused. */
export async function createChain(flags: InterventionFlags, model: ChainFacts): Promise<Chain> {
  let areSuperWeightsUsed = false;
  let isCalibrationUsed = false;
  const factsAfter = (before: readonly Intervention[]): InterventionFacts => ({
    refusesIntegers: () => model.refusesIntegers(),
    superWeights() {
      areSuperWeightsUsed = true;
      return model.superWeights();
    },
    calibration() {
      isCalibrationUsed = true;
      return model.after(before).calibration();
    },
  });
  const interventions: Intervention[] = [];
  for (const specification of flags.intervention ?? [])
    interventions.push(await createIntervention(specification, factsAfter([...interventions])));
  if (flags.superWeight !== undefined && !areSuperWeightsUsed) throw superWeightUnused(flags.superWeight);
  const idle = calibrationOptions.find((flag) => flags[flag] !== undefined);
  if (idle !== undefined && !isCalibrationUsed) throw calibrationUnused(flagName(idle));
  return { label: interventions.map(({ name }) => name).join(' + ') || 'Original', interventions };
}

/** Makes the intervention that one `--intervention` asks for. */
export async function createIntervention(specification: string, model: InterventionFacts): Promise<Intervention> {
  const [name, json] = splitOnce(specification);
  const plugin = findPlugin(name);
  const options = json === undefined ? {} : parseOptions(plugin, json);
  const checked = await plugin.schema['~standard'].validate(options);
  if (checked.issues === undefined) return await createHere(plugin, checked.value, model);
  const issues = checked.issues.map(({ path, message }) =>
    [path?.map(String).join('.'), message].filter(Boolean).join(': '),
  );
  throw invalidInterventionOptions(name, issues.join('; '), plugin.options);
}

/** Integers that `quantize` chooses by itself are simulated where they are refused; those that are asked for stay. */
async function createHere(
  plugin: InterventionPlugin,
  options: unknown,
  model: InterventionFacts,
): Promise<Intervention> {
  const made = plugin.create(options, model);
  const isChosen = executionOf(options) === undefined && executionOf(made.settings) === 'integer';
  if (plugin.name !== 'quantize' || !isChosen || !(await model.refusesIntegers())) return made;
  return plugin.create(Object.assign({}, options, { execution: 'simulated' }), model);
}

function executionOf(options: unknown): unknown {
  return typeof options === 'object' && options !== null && 'execution' in options ? options.execution : undefined;
}

function splitOnce(specification: string): [name: string, json?: string] {
  const colon = specification.indexOf(':');
  return colon < 0 ? [specification] : [specification.slice(0, colon), specification.slice(colon + 1)];
}

function findPlugin(name: string): InterventionPlugin {
  const all = [...plugins, ...externalPlugins()];
  const plugin = all.find((candidate) => candidate.name === name);
  if (plugin !== undefined) return plugin;
  const known = all.map((candidate) => candidate.name);
  throw unknownIntervention(name, nearestNames(name, known), known);
}

function parseOptions(plugin: InterventionPlugin, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalidInterventionOptions(plugin.name, `${json}, which is not JSON`, plugin.options);
  }
}
