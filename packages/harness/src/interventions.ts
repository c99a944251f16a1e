/** From what a user asks for to interventions, which are values all the way: names with settings, or objects of plugins. */
import { nearestNames } from '@linchpin/errors';
import { acceptedBy, type Chain, original } from '@linchpin/execution';
import type { Intervention, InterventionPlugin, Json, ModelFacts } from '@linchpin/plugin-api';
import { unknownIntervention } from './errors.ts';
import type { HarnessParts } from './harness-parts.ts';

/** The name of a plugin, a name with settings, or an intervention that is made already. */
export type InterventionSpecification = string | { readonly name: string; readonly settings?: Json } | Intervention;

/** What a model says of itself, whatever it runs on. */
export type SharedFacts = Omit<ModelFacts, 'exactIntegers'>;

export interface ChainFacts extends SharedFacts {
  /** For an intervention that comes after these. */
  after(interventions: readonly Intervention[]): SharedFacts;
}

/** A chain, and what of the model its interventions have asked for. */
export interface MadeChain extends Chain {
  readonly uses: { readonly superWeights: boolean; readonly calibration: boolean };
}

type Makers = Pick<HarnessParts, 'plugins' | 'exactIntegers' | 'context'>;

/** Makes the interventions of a chain in their order; the label is made of their names when absent. */
export async function createChain(
  specifications: readonly InterventionSpecification[],
  model: ChainFacts,
  { label, ...parts }: Makers & { readonly label?: string | undefined },
): Promise<MadeChain> {
  const uses = { superWeights: false, calibration: false };
  const interventions: Intervention[] = [];
  for (const specification of specifications) {
    const before = [...interventions];
    const facts: SharedFacts = {
      superWeights() {
        uses.superWeights = true;
        return model.superWeights();
      },
      calibration() {
        uses.calibration = true;
        return model.after(before).calibration();
      },
    };
    interventions.push(await createIntervention(specification, facts, parts));
  }
  const names = interventions.map(({ name }) => name).join(' + ');
  return { label: label ?? (names === '' ? 'Original' : names), interventions, uses };
}

/** Makes one intervention; settings are checked against the plugin's schema. */
export async function createIntervention(
  specification: InterventionSpecification,
  model: SharedFacts,
  parts: Makers,
): Promise<Intervention> {
  if (typeof specification === 'object' && 'edit' in specification) return specification;
  const { name, settings = {} } = typeof specification === 'string' ? { name: specification } : specification;
  const plugin = findPlugin(name, parts.plugins);
  const options = await acceptedBy(plugin, 'intervention', settings);
  const facts = await factsFor(plugin, model, parts);
  return plugin.create((await plugin.prepare?.(options, facts)) ?? options, facts);
}

/** Says so where a plugin asks about integers and hears that they are not exact: it takes another execution then. */
async function factsFor(
  { name }: InterventionPlugin,
  model: SharedFacts,
  { exactIntegers, context }: Makers,
): Promise<ModelFacts> {
  const exact = await exactIntegers();
  return {
    ...model,
    get exactIntegers() {
      if (!exact) {
        const execution = 'the execution "simulated" is taken instead, which is slower';
        const { device = { name: 'cpu' } } = context.settings;
        const where = device.name === 'cpu' ? 'this processor' : `device ${device.name}`;
        context.reporter.remark(`${name}: ${where} does not multiply 8-bit integers exactly; ${execution}`);
      }
      return exact;
    },
  };
}

function findPlugin(name: string, plugins: readonly InterventionPlugin[]): InterventionPlugin {
  const plugin = plugins.find((candidate) => candidate.name === name);
  if (plugin !== undefined) return plugin;
  const known = plugins.map((candidate) => candidate.name);
  throw unknownIntervention(name, nearestNames(name, known), known);
}

/** A chain that changes something, with what it is compared with before it. */
export function besideOriginal(chain: Chain): Chain[] {
  return chain.interventions.length === 0 ? [chain] : [original, chain];
}
