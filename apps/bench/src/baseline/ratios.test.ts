import { describe, expect, it } from 'vitest';
import type { ExecutionName } from '../executions.ts';
import { type Measured, ratioNames, ratiosOf, type WorkName } from './ratios.ts';

function measured(work: WorkName, execution: ExecutionName, secondsScoring: number): Measured {
  const cost = {
    requests: 100,
    tokensAsked: 2400,
    tokensComputed: 1000,
    prefixTokens: 0,
    paddingTokens: 20,
    logitRowsAsked: 300,
    logitRowsComputed: 200,
    requestsRescored: 0,
    batches: 1,
  };
  const run = {
    secondsOpening: 1,
    secondsScoring,
    cpuSeconds: 2 * secondsScoring,
    cost,
    matrixFlops: 4e11,
    parameters: 1e6,
  };
  return {
    work,
    execution,
    measurement: { ...run, logLikelihoods: new Map(), peakMemory: 8e6, sessions: 1, threads: 2 },
    gemm: 100,
  };
}

describe('ratiosOf', () => {
  it('relates float32 to a plain product and to counts, other executions to float32', () => {
    expect(ratiosOf([measured('tasks', 'float32', 8), measured('tasks', 'int8', 2)])).toEqual({
      'tasks, float32: peak bytes per parameter': 8,
      'tasks, float32: speed beside a plain Gemm': 0.5,
      'tasks, float32: requests per TFLOP of a plain Gemm': 125,
      'tasks, float32: tokens asked for per token computed': 2.4,
      'tasks, float32: share of padding': 0.02,
      'tasks, int8: peak bytes per parameter': 8,
      'tasks, int8: speed beside float32': 4,
    });
  });

  it('relates an execution to float32 of the same work', () => {
    const ratios = ratiosOf([measured('tasks', 'float32', 8), measured('dense', 'int8', 2)]);
    expect(ratios['dense, int8: speed beside float32']).toBeUndefined();
  });

  it('knows before what it will give', () => {
    const all: Measured[] = [];
    for (const work of ['tasks', 'dense'] as const)
      for (const execution of ['float32', 'int8'] as const) all.push(measured(work, execution, 8));
    expect(ratioNames(['tasks', 'dense'], ['float32', 'int8'])).toEqual(Object.keys(ratiosOf(all)));
    expect(ratioNames(['tasks'], ['int8'])).toEqual(Object.keys(ratiosOf([measured('tasks', 'int8', 8)])));
  });

  it('counts no sharing where nothing is shared', () => {
    expect(Object.keys(ratiosOf([measured('dense', 'float32', 8)]))).toEqual([
      'dense, float32: peak bytes per parameter',
      'dense, float32: speed beside a plain Gemm',
    ]);
  });
});
