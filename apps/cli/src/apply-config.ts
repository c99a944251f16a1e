/** Brings the settings of a file to the command at work: what its flags do not say, the file says. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cwd } from 'node:process';
import { modelPath, namedChain, type ReadConfig, readConfig } from '@linchpin/config';
import type { InterventionSpecification } from '@linchpin/harness';
import type { Command } from 'commander';
import { collect } from './flag-values.ts';
import type { Invocation } from './invocation.ts';

/** What the flags of the whole program say. */
export interface ProgramFlags {
  readonly config?: string;
  readonly plugin?: string[];
}

/** Adds the flags of ProgramFlags, which every command takes. */
export function addConfigFlags(program: Command): Command {
  return program
    .option(
      '--config <FILE>',
      'settings, which flags win over; linchpin.config.ts of the working folder when there and absent',
    )
    .option(
      '--plugin <NAME|PATH>',
      'a package or file whose default export is an intervention; may be given several times',
      collect,
    )
    .configureHelp({ showGlobalOptions: true });
}

/** Looked for in the working folder. */
const defaultFile = 'linchpin.config.ts';

/** Fills in the flags of a command that were not given, puts what names stand for in their place, and loads plugins. */
export async function applyConfig(command: Command, invocation: Invocation): Promise<void> {
  const { config: file, plugin = [] } = command.optsWithGlobals<ProgramFlags>();
  const found = await findConfig(file);
  if (found !== undefined) {
    fillIn(command, found, invocation);
    expand(command, found);
  }
  invocation.config = found;
  const sources = [
    ...plugin.map((name) => ({ name, folder: cwd() })),
    ...(found?.config.plugins ?? []).map((name) => ({ name, folder: found!.folder })),
  ];
  if (sources.length === 0) return;
  const { loadPlugins } = await import('@linchpin/harness');
  invocation.plugins = await loadPlugins(sources);
}

/** The file of settings that a flag names or the working folder holds; undefined where there is none. */
async function findConfig(file: string | undefined): Promise<ReadConfig | undefined> {
  if (file === undefined && !existsSync(defaultFile)) return undefined;
  return await readConfig(file ?? defaultFile);
}

/** Settings that are defaults of flags of the same name. */
const defaults = ['model', 'datasets', 'store', 'device', 'stages', 'dtype', 'threads'] as const;

/** The command whose models are those of its own matrix. */
const withMatrix = 'nightly';

function fillIn(command: Command, { config, folder }: ReadConfig, { filledIn }: Invocation): void {
  for (const flag of defaults) {
    const value = config[flag];
    const option = command.options.find((each) => each.attributeName() === flag);
    const source = command.getOptionValueSource(flag);
    if (value === undefined || option === undefined || (source !== undefined && source !== 'default')) continue;
    if (flag === 'model' && command.name() === withMatrix) continue;
    // Of commands that run no model on a device, --dtype is the type of a file.
    if (flag === 'dtype' && !command.options.some(({ long }) => long === '--device')) continue;
    const isPath = flag === 'store' || (flag === 'datasets' && value !== 'mini');
    const given = typeof value === 'string' && isPath ? resolve(folder, value) : value;
    const parsed = given === false ? false : (option.parseArg?.(String(given), undefined) ?? given);
    command.setOptionValueWithSource(flag, parsed, 'config');
    filledIn.add(flag);
  }
}

function expand(command: Command, { config, folder }: ReadConfig): void {
  const { model, intervention } = command.opts<{
    model?: string | string[];
    intervention?: InterventionSpecification[];
  }>();
  const source = (flag: string): string => command.getOptionValueSource(flag) ?? 'config';
  if (model !== undefined) {
    const expanded = Array.isArray(model)
      ? model.map((each) => modelPath(each, { config, folder }))
      : modelPath(model, { config, folder });
    command.setOptionValueWithSource('model', expanded, source('model'));
  }
  if (intervention !== undefined) {
    const expanded = intervention.flatMap(
      (each) => (typeof each === 'string' ? namedChain(each, config) : undefined) ?? [each],
    );
    command.setOptionValueWithSource('intervention', expanded, source('intervention'));
  }
}
