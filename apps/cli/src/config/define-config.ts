/** What a `linchpin.config.ts` imports from the package. */
import type { LinchpinConfig } from './linchpin-config.ts';

export type { InterventionSpecification, LinchpinConfig, NightlyConfig } from './linchpin-config.ts';

/** Gives back what it is given; an editor completes and checks it. */
export function defineConfig(config: LinchpinConfig): LinchpinConfig {
  return config;
}
