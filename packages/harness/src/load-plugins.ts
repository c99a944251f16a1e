/** Loads plugins by package name or path, and checks that they are plugins. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InterventionPlugin } from '@linchpin/plugin-api';
import { resolve as resolveModule } from 'import-meta-resolve';
import { pluginNameTaken, pluginNotFound, pluginNotLoaded } from './errors.ts';
import { plugins as included } from './generated/plugins.ts';
import { requirePlugin } from './plugin-shape.ts';

export interface PluginSource {
  /** A package, or a path. */
  readonly name: string;
  /** Folder that paths are relative to, and from which packages are found. */
  readonly folder: string;
}

/**
 * The default export of each, or the one named `plugin`, in their order. What is named twice, by a settings file and a flag
 * for example, is there once; two plugins of one name are an error.
 */
export async function loadPlugins(sources: readonly PluginSource[]): Promise<InterventionPlugin[]> {
  const loaded: InterventionPlugin[] = [];
  for (const source of sources) {
    const plugin = await loadPlugin(source);
    if (loaded.includes(plugin)) continue;
    if ([...included, ...loaded].some(({ name }) => name === plugin.name)) {
      throw pluginNameTaken(plugin.name, source.name);
    }
    loaded.push(plugin);
  }
  return loaded;
}

async function loadPlugin(source: PluginSource): Promise<InterventionPlugin> {
  const url = locate(source);
  let module: { readonly default?: unknown; readonly plugin?: unknown };
  try {
    module = (await import(/* @vite-ignore */ url)) as typeof module;
  } catch (cause) {
    throw pluginNotLoaded(source.name, cause);
  }
  const name = module.default === undefined && module.plugin !== undefined ? 'plugin' : 'default';
  requirePlugin(module[name], source.name, name);
  return module[name];
}

function locate({ name, folder }: PluginSource): string {
  if (/^(?:\.{0,2}[/\\]|[a-z]:\\)|\.[cm]?[jt]s$/i.test(name)) {
    const file = resolve(folder, name);
    if (!existsSync(file)) throw pluginNotFound(name, folder, undefined);
    return pathToFileURL(file).href;
  }
  try {
    return resolveModule(name, pathToFileURL(`${folder}/`).href);
  } catch (cause) {
    throw pluginNotFound(name, folder, cause);
  }
}
