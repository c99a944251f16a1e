import type { CompareOptions } from '@linchpin/regression';
import type { ComparisonFlags } from '../commands/compare.ts';

const names = ['tolerance', 'alpha', 'judge', 'leastSpeed', 'mostMemory', 'failOn'] as const;

/** How runs are compared: flags win over the settings file. */
export function comparisonOptions(
  flags: ComparisonFlags,
  config: Partial<CompareOptions> = {},
): Partial<CompareOptions> {
  const given = names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]] as const);
  return { ...config, ...Object.fromEntries(given) };
}
