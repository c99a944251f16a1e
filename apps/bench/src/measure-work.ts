/** One workload under every execution, and by lm-evaluation-harness where it is asked for. */
import { matrixSpeed, plainSession } from '@linchpin/runtime';
import type { Measured, WorkName } from './baseline/ratios.ts';
import type { ExecutionName } from './executions.ts';
import type { Failures } from './failures.ts';
import { type PeerOptions, type PeerResult, runLmEval } from './lm-eval.ts';
import { measure, type Measurement } from './measure.ts';
import type { TaskWork, WorkloadOptions } from './workload.ts';

export interface Work {
  readonly name: WorkName;
  readonly title: string;
  readonly options: WorkloadOptions & { readonly work: TaskWork };
  /** Tokens if none were computed twice; counted where it is compared. */
  readonly distinct?: number;
}

export interface Rounds {
  readonly rounds: number;
  readonly executions: readonly ExecutionName[];
  /** Absent where only we are measured. */
  readonly peer?: Pick<PeerOptions, 'python' | 'script'>;
}

export interface MeasuredWork {
  /** Without the executions that failed. */
  readonly measured: readonly Measured[];
  readonly peer: PeerResult | undefined;
}

/**
 * The best of the rounds, in which executions and the other program take turns: what disturbs one round disturbs all of
 * them alike. What fails takes no turn any more, and neither stops the others nor loses what it gave before.
 */
export async function measureWork(
  { name, options }: Work,
  { rounds, executions, peer: program }: Rounds,
  failures: Failures,
): Promise<MeasuredWork> {
  const best = new Map<ExecutionName, Measurement>();
  let peer: PeerResult | undefined;
  let gemm = await matrixSpeed(plainSession({ threads: options.threads }));
  const turns = new Map<ExecutionName | 'peer', () => Promise<void>>();
  for (const execution of executions)
    turns.set(execution, async () => {
      best.set(execution, faster(best.get(execution), await measure({ ...options, execution })));
      gemm = Math.max(gemm, await matrixSpeed(plainSession({ threads: options.threads })));
    });
  if (program !== undefined)
    turns.set('peer', async () => {
      peer = faster(peer, await runLmEval({ ...options, ...program, batch: peerBatch(name) }));
    });
  for (let round = 0; round < rounds; round++)
    for (const [turn, take] of turns) if (!(await failures.attempt(take))) turns.delete(turn);
  return {
    measured: [...best].map(([execution, measurement]) => ({ work: name, execution, measurement, gemm })),
    peer,
  };
}

/** Its best on two cores; whole windows of text fill a batch by themselves. */
export function peerBatch(name: WorkName): number {
  return name === 'dense' ? 1 : 8;
}

function faster<Result extends { readonly secondsScoring: number }>(before: Result | undefined, now: Result): Result {
  return before === undefined || now.secondsScoring < before.secondsScoring ? now : before;
}
