/** The run that a harness records: begun when its first part is about to be computed, ended with the harness. */
import type { RunContext } from '@linchpin/execution';
import type { EndedStatus, RunRecorder } from '@linchpin/run-store';
import { type CodeIdentity, peakMemory, runEnvironment } from './run-environment.ts';
import { divided, noRecord, recordInto, type RunRecord } from './run-record.ts';

interface Begun {
  readonly recorder: RunRecorder;
  readonly record: RunRecord;
}

/** What the record of a run says of it before it has begun. */
export interface RunOrigin {
  /** What was asked for. */
  readonly command: readonly string[];
  /** Asked when the run begins. */
  code(): Promise<CodeIdentity>;
}

export class RunRecording {
  readonly #origin: RunOrigin;
  readonly #context: Pick<RunContext, 'openStore' | 'settings' | 'division'>;
  #begun: Promise<Begun | undefined> | undefined;
  #matrixSpeed: number | undefined;

  constructor(origin: RunOrigin, context: Pick<RunContext, 'openStore' | 'settings' | 'division'>) {
    this.#origin = origin;
    this.#context = context;
  }

  /** Where parts go: into the run, which a first call begins; nowhere where there is no store. */
  async open(): Promise<RunRecord> {
    const { division } = this.#context;
    if (division !== undefined) return divided(division);
    this.#begun ??= this.#begin();
    return (await this.#begun)?.record ?? noRecord;
  }

  /** Adds the speed of a plain matrix product, in GFLOP/s. */
  noteMatrixSpeed(speed: number): void {
    this.#matrixSpeed = speed;
  }

  /** Ends the run, where one has begun, and gives its id; what comes after it is another run. */
  async end(status: EndedStatus): Promise<string | undefined> {
    const begun = await this.#begun;
    this.#begun = undefined;
    if (begun === undefined) return undefined;
    const matrixSpeed = this.#matrixSpeed;
    this.#matrixSpeed = undefined;
    begun.recorder.finish(status, {
      peakMemory: peakMemory(),
      ...(matrixSpeed === undefined ? {} : { matrixSpeed }),
    });
    return begun.recorder.id;
  }

  async #begin(): Promise<Begun | undefined> {
    const store = await this.#context.openStore();
    if (store === undefined) return undefined;
    const recorder = store.runs.begin(
      this.#origin.command,
      runEnvironment(await this.#origin.code(), this.#context.settings),
    );
    return { recorder, record: recordInto(recorder) };
  }
}
