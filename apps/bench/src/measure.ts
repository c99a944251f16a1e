/** Measures a workload in processes of their own: one, or several sessions that share its items and the threads. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Decoder, layCheckpoint, openDecoder } from '@linchpin/models';
import { threadsFor } from '@linchpin/runtime';
import type { ScoringCost } from '@linchpin/plugin-api';
import { measurementFailed, tooManySessions } from './errors.ts';
import { type Execution, executionOptions } from './executions.ts';
import type { WorkloadOptions, WorkloadResult } from './workload.ts';

/** What a measuring process is told, and what it tells. */
export type Order = { readonly kind: 'open'; readonly options: WorkloadOptions } | { readonly kind: 'run' };
export type Told =
  | { readonly kind: 'opened' }
  | { readonly kind: 'done'; readonly result: WorkloadResult; readonly peakMemory: number };

type Done = Extract<Told, { kind: 'done' }>;

export interface Measurement extends WorkloadResult {
  /** Largest resident memory in bytes; that of all sessions together where there are several. */
  readonly peakMemory: number;
  readonly sessions: number;
  /** Threads of each session. */
  readonly threads: number;
}

/** Weights are encoded before, where the execution needs it: neither its time nor its memory is measured. */
export async function measure(options: WorkloadOptions, sessions = 1): Promise<Measurement> {
  const threads = threadsOfSession(threadsFor(options.threads), sessions);
  if (options.execution !== 'float32') await encodeWeights(await openDecoder(options.model), options);
  const processes = Array.from({ length: sessions }, () => new MeasuringProcess());
  try {
    await Promise.all(
      processes.map((each, index) =>
        each.ask({ kind: 'open', options: { ...options, threads, share: { index, of: sessions } } }),
      ),
    );
    const start = performance.now();
    const done = await Promise.all(processes.map((each) => each.ask({ kind: 'run' })));
    const seconds = (performance.now() - start) / 1000;
    return merge(
      done.filter((told): told is Done => told.kind === 'done'),
      { seconds, threads },
    );
  } finally {
    for (const each of processes) each.end();
  }
}

/** Lays the graph of an execution once, which keeps the weights that it encodes; throws where it cannot be laid. */
export async function encodeWeights(decoder: Decoder, execution: Execution): Promise<void> {
  const laid = await layCheckpoint(decoder, executionOptions(execution));
  await laid.removeFiles?.();
}

/** Threads of each session; throws where there are fewer threads than sessions. */
export function threadsOfSession(threads: number, sessions: number): number {
  if (sessions > threads) throw tooManySessions(sessions, threads);
  return Math.floor(threads / sessions);
}

class MeasuringProcess {
  readonly #child: ChildProcess;

  constructor() {
    const file = fileURLToPath(new URL('measurement-process.ts', import.meta.url));
    // Structured clones instead of JSON: maps come back as maps.
    this.#child = fork(file, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  ask(order: Order): Promise<Told> {
    return new Promise((resolve, reject) => {
      const fail = (code: number | null): void => reject(measurementFailed(code));
      this.#child.once('exit', fail);
      this.#child.once('message', (told) => {
        this.#child.off('exit', fail);
        resolve(told as Told);
      });
      this.#child.send(order);
    });
  }

  end(): void {
    this.#child.kill();
  }
}

/** Sessions that run side by side take as long as the last of them; everything else adds up. */
function merge(done: readonly Done[], { seconds, threads }: { seconds: number; threads: number }): Measurement {
  const results = done.map(({ result }) => result);
  const sum = (of: (result: WorkloadResult) => number): number => results.reduce((total, each) => total + of(each), 0);
  const total = (name: keyof ScoringCost): number => sum(({ cost }) => cost[name]);
  return {
    secondsOpening: Math.max(...results.map(({ secondsOpening }) => secondsOpening)),
    secondsScoring: results.length === 1 ? results[0]!.secondsScoring : seconds,
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    cost: {
      requests: total('requests'),
      tokensAsked: total('tokensAsked'),
      tokensComputed: total('tokensComputed'),
      prefixTokens: total('prefixTokens'),
      paddingTokens: total('paddingTokens'),
      logitRowsAsked: total('logitRowsAsked'),
      logitRowsComputed: total('logitRowsComputed'),
      requestsRescored: total('requestsRescored'),
      batches: total('batches'),
    },
    matrixFlops: sum(({ matrixFlops }) => matrixFlops),
    parameters: results[0]!.parameters,
    logLikelihoods: new Map(results.flatMap(({ logLikelihoods }) => [...logLikelihoods])),
    peakMemory: done.reduce((most, each) => most + each.peakMemory, 0),
    sessions: done.length,
    threads,
  };
}
