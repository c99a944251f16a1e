/** One command line: what it is, what its settings file has added, and how it is ended. */
import type { ReadConfig } from '@linchpin/config';
import type { HarnessOptions } from '@linchpin/harness';
import type { InterventionPlugin } from '@linchpin/plugin-api';
import { type Ending, neverEnding } from '@linchpin/files';

export interface Invocation {
  /** Behind the name of the command. */
  readonly args: readonly string[];
  readonly ending: Ending;
  /** Takes a share of the work of the command, or only counts it. */
  readonly division?: HarnessOptions['division'];
  /** Those that flags and the settings file name. */
  plugins: readonly InterventionPlugin[];
  /** The settings file; undefined where there is none. */
  config: ReadConfig | undefined;
  /** Flags that the settings file has filled in: such a one is no mistake of the user's where it has no effect. */
  readonly filledIn: Set<string>;
}

export function createInvocation(args: readonly string[], ending: Ending = neverEnding()): Invocation {
  return { args, ending, plugins: [], config: undefined, filledIn: new Set() };
}
