/** Executors are plain objects: what they do more is added around their `run`. */

interface Runs {
  readonly run: (...given: never[]) => Promise<unknown>;
}

/** Makes a `run` of another. */
export type Layer<Executor extends Runs> = (run: Executor['run']) => Executor['run'];

/** The executor with layers around its `run`, the first one outermost; everything else stays as it is. */
export function compose<Executor extends Runs>(executor: Executor, ...layers: readonly Layer<Executor>[]): Executor {
  return { ...executor, run: layers.reduceRight<Executor['run']>((run, layer) => layer(run), executor.run) };
}

/** Ends the work between two batches when the signal says so. */
export function abortable<Run extends Runs['run']>(signal: AbortSignal): (run: Run) => Run {
  return (run) => {
    const guarded = async (...given: Parameters<Run>): Promise<unknown> => {
      signal.throwIfAborted();
      return await run(...given);
    };
    // The same function with a question before it.
    return guarded as Run;
  };
}
