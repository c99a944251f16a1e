/** What cells cost, in seconds of one machine of the kind that the plan was made for. */
import type { Plan, PlanCell } from './plan.ts';

/** Two operations a weight: a product and a sum. */
export function secondsOf({ models, machine }: Pick<Plan, 'models' | 'machine'>, cell: PlanCell): number {
  const { layerWeights, headWeights } = models[cell.model]!;
  const operations = 2 * (layerWeights * cell.tokens + headWeights * cell.distributions);
  return operations / (machine.speed * 1e9);
}

/** `40 s`, `12 min`, `3 h 20 min`. */
export function durationInWords(seconds: number): string {
  if (seconds < 90) return `${seconds < 10 ? Number(seconds.toPrecision(2)) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
