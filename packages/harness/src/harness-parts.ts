import type { RunContext } from '@linchpin/execution';
import type { InterventionPlugin } from '@linchpin/plugin-api';
import type { RunRecording } from './recording/run-recording.ts';

/** What the functions of the harness share: everything that is of this harness, and not of the process. */
export interface HarnessParts {
  readonly context: RunContext;
  /** Folder of the data files; the embedded mini sets when undefined. */
  readonly datasets: string | undefined;
  /** Those of the project, then those that were given. */
  readonly plugins: readonly InterventionPlugin[];
  /** Whether files of models are hashed again of which a hash is known. */
  readonly verify: boolean;
  /** Whether this processor multiplies 8-bit integers exactly; asked once. */
  exactIntegers(): Promise<boolean>;
  /** The run that this harness records, where there is a store. */
  readonly recording: RunRecording;
}
