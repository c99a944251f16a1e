/** One workload under every execution, and by lm-evaluation-harness where it is asked for. */
import { matrixSpeed } from '@linchpin/runtime';
import type { Measured, WorkName } from './baseline/ratios.ts';
import type { ExecutionName } from './executions.ts';
import { type PeerOptions, type PeerResult, runLmEval } from './lm-eval.ts';
import { measure, type Measurement } from './measure.ts';
import type { TaskWork, WorkloadOptions } from './workload.ts';

export interface Work {
  readonly name: WorkName;
  readonly title: string;
  readonly options: WorkloadOptions & { readonly work: TaskWork };
}

export interface Rounds {
  readonly rounds: number;
  readonly executions: readonly ExecutionName[];
  /** Absent where only we are measured. */
  readonly peer?: Pick<PeerOptions, 'python' | 'script'>;
}

export interface MeasuredWork {
  readonly measured: readonly Measured[];
  readonly peer: PeerResult | undefined;
}

/**
 * The best of the rounds, in which executions and the other program take turns: what disturbs one round disturbs all of
 * them alike.
 */
export async function measureWork(
  { name, options }: Work,
  { rounds, executions, peer: program }: Rounds,
): Promise<MeasuredWork> {
  const best = new Map<ExecutionName, Measurement>();
  let peer: PeerResult | undefined;
  let gemm = await matrixSpeed(options);
  for (let round = 0; round < rounds; round++) {
    for (const execution of executions) {
      best.set(execution, faster(best.get(execution), await measure({ ...options, execution })));
      gemm = Math.max(gemm, await matrixSpeed(options));
    }
    if (program === undefined) continue;
    // Its best on two cores; whole windows of text fill a batch by themselves.
    const batch = name === 'tasks' ? 8 : 1;
    peer = faster(peer, await runLmEval({ ...options, ...program, batch }));
  }
  return {
    measured: [...best].map(([execution, measurement]) => ({ work: name, execution, measurement, gemm })),
    peer,
  };
}

function faster<Result extends { readonly secondsScoring: number }>(before: Result | undefined, now: Result): Result {
  return before === undefined || now.secondsScoring < before.secondsScoring ? now : before;
}
