/** From `--intervention NAME[:JSON]` to interventions. */
import { nearestNames } from '@linchpin/errors';
import type { Intervention, InterventionPlugin, ModelFacts } from '@linchpin/plugin-api';
import { invalidInterventionOptions, unknownIntervention } from './errors.ts';
import { plugins } from './generated/plugins.ts';

/** Every plugin that is installed, by name. */
export const installedPlugins: ReadonlyMap<string, InterventionPlugin> = new Map(plugins.map((plugin) => [plugin.name, plugin]));

/** Makes the intervention that one `--intervention` asks for. */
export async function createIntervention(specification: string, model: ModelFacts): Promise<Intervention> {
  const separator = specification.indexOf(':');
  const name = separator < 0 ? specification : specification.slice(0, separator);
  const plugin = installedPlugins.get(name);
  if (plugin === undefined) throw unknownIntervention(name, nearestNames(name, [...installedPlugins.keys()]), [...installedPlugins.keys()]);
  const options = separator < 0 ? {} : parseJson(name, specification.slice(separator + 1));
  const checked = await plugin.schema['~standard'].validate(options);
  if (checked.issues !== undefined) {
    const issues = checked.issues.map((issue) => `${issue.path?.map(String).join('.') ?? ''} ${issue.message}`.trim()).join('; ');
    throw invalidInterventionOptions(name, issues, plugin.options);
  }
  return plugin.create(checked.value, model);
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidInterventionOptions(name, `no JSON: ${text} (${cause instanceof Error ? cause.message : 'unreadable'})`, installedPlugins.get(name)?.options ?? {});
  }
}
