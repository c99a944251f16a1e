/** How well a plan is divided, by arithmetic: nothing of it is computed. */
import { divide, type Plan, secondsOf } from '@linchpin/cluster';

export interface Simulated {
  readonly workers: number;
  /** Seconds of the longest shard. */
  readonly makespan: number;
  /** No division ends earlier: the mean of all workers, or the longest unit. */
  readonly bound: number;
  /** The bound of a division that gives whole cells out: the mean, or the longest cell. */
  readonly boundOfCells: number;
  /** Whole cells, the longest first, each to the worker with the least. */
  readonly longestFirst: number;
  /** Models that a worker opens, the mean and the most, by our division and by the longest cell first. */
  readonly models: readonly [mean: number, most: number];
  readonly modelsLongestFirst: readonly [mean: number, most: number];
  /** Milliseconds that the division took. */
  readonly milliseconds: number;
}

export function simulate(plan: Plan, workers: number): Simulated {
  const seconds = plan.cells.map((cell) => secondsOf(plan, cell));
  const total = sum(seconds);
  const begun = performance.now();
  const shards = divide(plan, workers);
  const milliseconds = performance.now() - begun;
  const other = longestCellFirst(plan, seconds, workers);
  return {
    workers,
    makespan: largest(shards.map((shard) => shard.seconds)),
    bound: Math.max(total / workers, largest(plan.cells.map(({ units }, index) => seconds[index]! / units))),
    boundOfCells: Math.max(total / workers, largest(seconds)),
    longestFirst: largest(other.loads),
    models: meanAndMost(shards.map(({ shares }) => new Set(shares.map(({ cell }) => plan.cells[cell]!.model)).size)),
    modelsLongestFirst: meanAndMost(other.models.map(({ size }) => size)),
    milliseconds,
  };
}

function longestCellFirst(
  plan: Plan,
  seconds: readonly number[],
  workers: number,
): { readonly loads: readonly number[]; readonly models: readonly Set<number>[] } {
  const loads = Array.from({ length: workers }, () => 0);
  const models = loads.map(() => new Set<number>());
  const order = [...seconds.keys()].toSorted((a, b) => seconds[b]! - seconds[a]!);
  for (const cell of order) {
    let least = 0;
    for (let worker = 1; worker < workers; worker++) if (loads[worker]! < loads[least]!) least = worker;
    loads[least]! += seconds[cell]!;
    models[least]!.add(plan.cells[cell]!.model);
  }
  return { loads, models };
}

function meanAndMost(counts: readonly number[]): [mean: number, most: number] {
  return [sum(counts) / counts.length, largest(counts)];
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
