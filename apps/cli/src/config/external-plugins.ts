/** The plugins of the command at work that are not part of the program. */
import type { InterventionPlugin } from '@linchpin/plugin-api';

let external: readonly InterventionPlugin[] = [];

export function setExternalPlugins(plugins: readonly InterventionPlugin[]): void {
  external = plugins;
}

export function externalPlugins(): readonly InterventionPlugin[] {
  return external;
}
