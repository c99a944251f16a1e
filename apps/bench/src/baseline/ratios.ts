/** What one run says of the program and not of the machine: speeds beside a plain matrix product, counts beside counts. */
import type { ExecutionName } from '../executions.ts';
import type { Measurement } from '../measure.ts';

/** One workload under one execution. */
export interface Measured {
  readonly work: WorkName;
  readonly execution: ExecutionName;
  readonly measurement: Measurement;
  /** GFLOP/s of a plain float32 product: the best of those measured between. */
  readonly gemm: number;
}

/** Zero-shot questions, which share tokens; running text, of which nothing is shared and every token is scored. */
export type WorkName = 'tasks' | 'dense';

/** By name, which begins with the part of the program that it is about. */
export type Ratios = Readonly<Record<string, number>>;

/** Words that a ratio's name ends with, by what is good of it. */
const quantities = {
  share: 'speed beside a plain Gemm',
  speed: 'speed beside float32',
  requests: 'requests per TFLOP of a plain Gemm',
  saved: 'tokens asked for per token computed',
  padding: 'share of padding',
  memory: 'peak bytes per parameter',
} as const;

/** Whether more of a ratio is worse. */
export function isCost(name: string): boolean {
  return name.endsWith(quantities.padding) || name.endsWith(quantities.memory);
}

/** Whether a ratio counts tokens: such ratios are the same on every machine. */
export function isCount(name: string): boolean {
  return name.endsWith(quantities.padding) || name.endsWith(quantities.saved);
}

/** Whether a ratio needs an execution to have been measured. */
export function needsExecution(name: string, execution: ExecutionName): boolean {
  return name.includes(`, ${execution}: `) || (execution === 'float32' && name.endsWith(quantities.speed));
}

export function ratiosOf(measured: readonly Measured[]): Ratios {
  const ratios: Record<string, number> = {};
  for (const { work, execution, measurement, gemm } of measured) {
    const { cost, secondsScoring, matrixFlops, peakMemory, parameters } = measurement;
    const name = (quantity: keyof typeof quantities): string => `${work}, ${execution}: ${quantities[quantity]}`;
    ratios[name('memory')] = peakMemory / parameters;
    const float32 = measured.find((other) => other.work === work && other.execution === 'float32');
    if (execution !== 'float32') {
      if (float32 !== undefined) ratios[name('speed')] = float32.measurement.secondsScoring / secondsScoring;
      continue;
    }
    ratios[name('share')] = matrixFlops / secondsScoring / 1e9 / gemm;
    if (work === 'dense') continue;
    ratios[name('requests')] = cost.requests / secondsScoring / (gemm / 1000);
    ratios[name('saved')] = cost.tokensAsked / cost.tokensComputed;
    ratios[name('padding')] = cost.paddingTokens / cost.tokensComputed;
  }
  return ratios;
}
