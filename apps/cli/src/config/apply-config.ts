/** Brings the settings of a file to the command at work: what its flags do not say, the file says. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cwd } from 'node:process';
import type { Json } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import { setExternalPlugins } from './external-plugins.ts';
import { noteFilledIn } from './filled-in.ts';
import type { InterventionSpecification, LinchpinConfig } from './linchpin-config.ts';
import type { ReadConfig } from './read-config.ts';

/** What the flags of the whole program say. */
export interface ProgramFlags {
  readonly config?: string;
  readonly plugin?: string[];
}

/** Looked for in the working folder. */
const defaultFile = 'linchpin.config.ts';

/** The file of settings that the flags name or the working folder holds; undefined where there is none. */
export async function findConfig({ config }: ProgramFlags): Promise<ReadConfig | undefined> {
  if (config === undefined && !existsSync(defaultFile)) return undefined;
  // Imported here: most commands have no such file.
  const { readConfig } = await import('./read-config.ts');
  return await readConfig(config ?? defaultFile);
}

/** Fills in the flags of a command that were not given, puts what names stand for in their place, and loads plugins. */
export async function applyConfig(command: Command): Promise<void> {
  const flags = command.optsWithGlobals<ProgramFlags>();
  const found = await findConfig(flags);
  if (found !== undefined) {
    fillIn(command, found);
    expand(command, found);
  }
  await loadExternal(flags, found);
}

async function loadExternal({ plugin = [] }: ProgramFlags, found: ReadConfig | undefined): Promise<void> {
  const sources = [
    ...plugin.map((name) => ({ name, folder: cwd() })),
    ...(found?.config.plugins ?? []).map((name) => ({ name, folder: found!.folder })),
  ];
  if (sources.length === 0) return setExternalPlugins([]);
  const { loadPlugins } = await import('./load-plugins.ts');
  setExternalPlugins(await loadPlugins(sources));
}

/** Settings that are defaults of flags of the same name. */
const defaults = ['model', 'datasets', 'store', 'threads'] as const;

/** The command whose models are those of its own matrix. */
const withMatrix = 'nightly';

function fillIn(command: Command, { config, folder }: ReadConfig): void {
  for (const flag of defaults) {
    const value = config[flag];
    const option = command.options.find((each) => each.attributeName() === flag);
    const source = command.getOptionValueSource(flag);
    if (value === undefined || option === undefined || (source !== undefined && source !== 'default')) continue;
    if (flag === 'model' && command.name() === withMatrix) continue;
    const given = typeof value === 'string' && flag !== 'model' ? resolve(folder, value) : value;
    command.setOptionValueWithSource(
      flag,
      given === false ? false : (option.parseArg?.(String(given), undefined) ?? given),
      'config',
    );
    noteFilledIn(command.opts(), flag);
  }
}

function expand(command: Command, { config, folder }: ReadConfig): void {
  const { model, intervention } = command.opts<{ model?: string | string[]; intervention?: string[] }>();
  const source = (flag: string): string => command.getOptionValueSource(flag) ?? 'config';
  if (model !== undefined) {
    const expanded = Array.isArray(model)
      ? model.map((each) => modelPath(each, { config, folder }))
      : modelPath(model, { config, folder });
    command.setOptionValueWithSource('model', expanded, source('model'));
  }
  if (intervention !== undefined) {
    const expanded = intervention.flatMap((each) => chainOf(each, config) ?? [each]);
    command.setOptionValueWithSource('intervention', expanded, source('intervention'));
  }
}

/** What a model's name stands for: a path from the file's folder where one is, else as it is written. */
export function modelPath(name: string, { config, folder }: Pick<ReadConfig, 'config' | 'folder'>): string {
  const named = config.models !== undefined && Object.hasOwn(config.models, name) ? config.models[name] : undefined;
  const path = named ?? name;
  if (named === undefined && name !== config.model) return path;
  const inFolder = resolve(folder, path);
  return existsSync(inFolder) ? inFolder : path;
}

/** A named chain as `--intervention` takes its parts; undefined where no chain has the name. */
export function chainOf(name: string, { interventions = {} }: LinchpinConfig): string[] | undefined {
  return Object.hasOwn(interventions, name) ? interventions[name]?.map(specificationText) : undefined;
}

function specificationText(specification: InterventionSpecification): string {
  if (typeof specification === 'string') return specification;
  const { name, settings }: { name: string; settings?: Json } = specification;
  return settings === undefined ? name : `${name}:${JSON.stringify(settings)}`;
}
