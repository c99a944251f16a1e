/** What the scale measurements give: kept as JSON beside the page that is written of them. */
import type { ExecutionName } from '../executions.ts';
import type { TaskCount } from './count-tasks.ts';

/** One measurement: a workload at one value of what is varied. */
export interface ScalePoint {
  /** The value that is varied: requests, parameters, choices, tokens. */
  readonly x: number;
  readonly execution: ExecutionName;
  readonly threads: number;
  readonly requests: number;
  readonly tokensAsked: number;
  /** Padding included. */
  readonly tokensComputed: number;
  readonly seconds: number;
  /** Floating-point operations of the products with weights. */
  readonly matrixFlops: number;
  /** Bytes. */
  readonly peakMemory: number;
  /** GFLOP/s of a plain float32 product on as many threads, the mean of those measured just before and behind. */
  readonly gemm: number;
  /** The best of these beside the whole series: a lower `gemm` says that the machine was slower at this point. */
  readonly bestGemm: number;
}

export interface ScaleRecord {
  readonly date: string;
  readonly processor: string;
  readonly engine: string;
  readonly threads: number;
  /** x is the number of requests. */
  readonly requests: readonly ScalePoint[];
  /** x is the number of parameters. */
  readonly sizes: readonly ScalePoint[];
  /** The largest of `sizes`, in float32 and on fewer threads. */
  readonly threadCounts: readonly ScalePoint[];
  /** x is the number of choices of a question. */
  readonly choices: readonly ScalePoint[];
  /** x is the length of a request in tokens. */
  readonly contexts: readonly ScalePoint[];
  /** Empty where the data sets were not there. */
  readonly tasks: readonly TaskCount[];
}

/** GFLOP/s of products with weights over the whole time. */
export function speedOf({ matrixFlops, seconds }: ScalePoint): number {
  return matrixFlops / seconds / 1e9;
}
