import type { Json } from '@linchpin/plugin-api';

/** Where results go and how they are shown does not belong to what they are. */
const notSettings = new Set(['out', 'csv', 'json', 'quiet']);

/** The flags of a command as settings of its result: those that were given. */
export function settingsOf(flags: object): Readonly<Record<string, Json>> {
  const given = Object.entries(flags).filter(([name, value]) => value !== undefined && !notSettings.has(name));
  return Object.fromEntries(given.map(([name, value]: [string, Json]) => [name, value]));
}
