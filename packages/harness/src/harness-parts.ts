import type { DataSource } from '@linchpin/datasets';
import type { RunContext } from '@linchpin/execution';
import type { Documents } from '@linchpin/perplexity';
import type { InterventionPlugin } from '@linchpin/plugin-api';
import type { RunRecording } from '@linchpin/recording';
import type { OwnTask } from '@linchpin/tasks';

/** What the functions of the harness share: everything that is of this harness, and not of the process. */
export interface HarnessParts {
  readonly context: RunContext;
  /** Folder of the data files; the embedded mini sets for embedded models, and the hub for others, when undefined. */
  readonly datasets: string | undefined;
  /** The data sets of the hub, each of one revision for as long as the harness is open. */
  readonly hubData: DataSource;
  /** The documents of a file, kept on disk. */
  documents(file: string): Promise<Documents>;
  /** Tasks besides those of the project. */
  readonly tasks: readonly OwnTask[];
  /** Those of the project, then those that were given. */
  readonly plugins: readonly InterventionPlugin[];
  /** Whether files of models are hashed again of which a hash is known. */
  readonly verify: boolean;
  /** Whether this processor multiplies 8-bit integers exactly; asked once. */
  exactIntegers(): Promise<boolean>;
  /** The run that this harness records, where there is a store. */
  readonly recording: RunRecording;
}
