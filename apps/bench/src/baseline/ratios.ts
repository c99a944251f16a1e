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

/**
 * Zero-shot questions, which share tokens; running text, of which nothing is shared and every token is scored; prompts with the
 * examples of a subject, answered by letters or by texts, with examples that are drawn anew, and without any.
 */
export type WorkName = 'tasks' | 'dense' | 'letters' | 'texts' | 'drawn' | 'bare';

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

type Quantity = keyof typeof quantities;

function nameOf(work: WorkName, execution: ExecutionName, quantity: Quantity): string {
  return `${work}, ${execution}: ${quantities[quantity]}`;
}

/** What is related of a workload under an execution: float32 to a plain product and to counts, others to float32. */
function quantitiesOf(work: WorkName, execution: ExecutionName, hasFloat32: boolean): readonly Quantity[] {
  if (execution !== 'float32') return hasFloat32 ? ['memory', 'speed'] : ['memory'];
  return work === 'dense' ? ['memory', 'share'] : ['memory', 'share', 'requests', 'saved', 'padding'];
}

/** Names of the ratios that a run will give, before it is measured. */
export function ratioNames(works: readonly WorkName[], executions: readonly ExecutionName[]): string[] {
  const hasFloat32 = executions.includes('float32');
  return works.flatMap((work) =>
    executions.flatMap((execution) =>
      quantitiesOf(work, execution, hasFloat32).map((quantity) => nameOf(work, execution, quantity)),
    ),
  );
}

export function ratiosOf(measured: readonly Measured[]): Ratios {
  const ratios: Record<string, number> = {};
  for (const each of measured) {
    const { work, execution } = each;
    const float32 = measured.find((other) => other.work === work && other.execution === 'float32');
    for (const quantity of quantitiesOf(work, execution, float32 !== undefined))
      ratios[nameOf(work, execution, quantity)] = formulas[quantity](each, float32);
  }
  return ratios;
}

const formulas: Readonly<Record<Quantity, (measured: Measured, float32: Measured | undefined) => number>> = {
  memory: ({ measurement: { peakMemory, parameters } }) => peakMemory / parameters,
  speed: ({ measurement }, float32) => float32!.measurement.secondsScoring / measurement.secondsScoring,
  share: ({ measurement: { matrixFlops, secondsScoring }, gemm }) => matrixFlops / secondsScoring / 1e9 / gemm,
  requests: ({ measurement: { cost, secondsScoring }, gemm }) => cost.requests / secondsScoring / (gemm / 1000),
  saved: ({ measurement: { cost } }) => cost.tokensAsked / cost.tokensComputed,
  padding: ({ measurement: { cost } }) => cost.paddingTokens / cost.tokensComputed,
};
