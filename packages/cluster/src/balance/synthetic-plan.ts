/** Plans for simulations: cells that cost what those of models of several sizes cost, of which nothing can be computed. */
import { namedPlan, type Plan, type PlanCell } from '../plan/plan.ts';

export interface SyntheticPlan {
  readonly models: number;
  readonly chains: number;
  readonly tasks: number;
  readonly seed?: number;
}

/** Tokens of the tasks of Table 1, at a model's whole splits: docs/performance.md. */
const tokens = [65_613, 111_674, 1_011_591, 453_459, 105_505, 134_175, 39_662, 339_968, 524_288, 200_000];

const batchTokens = 1024;

/** The same for the same options. */
export function syntheticPlan({ models, chains, tasks, seed = 1 }: SyntheticPlan): Plan {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const cells: PlanCell[] = [];
  for (let model = 0; model < models; model++) {
    for (let variant = 0; variant < chains; variant++) {
      for (let task = 0; task < tasks; task++) {
        const count = Math.round(tokens[task % tokens.length]! * (0.5 + draw()));
        const batches = Math.max(1, Math.ceil(count / batchTokens));
        const isWindowed = variant % 5 === 4;
        const shared = {
          model,
          variant,
          part: variant * tasks + task,
          label: `chain ${variant}`,
          task: `task ${task}`,
        };
        const counted = { tokens: count, distributions: Math.round(count / 3), batches };
        const units = isWindowed
          ? { unit: 'window' as const, units: Math.ceil(batches / 16) }
          : { unit: 'batch' as const, units: batches };
        cells.push({ ...shared, ...counted, ...units, data: null, device: 'cpu', digest: '' });
      }
    }
  }
  return namedPlan({
    madeAt: '2026-01-01T00:00:00.000Z',
    command: ['evaluate', '--tasks', 'all'],
    folder: '.',
    machine: {
      processor: '',
      threads: 4,
      engine: '',
      node: '',
      version: '0.1.0',
      speed: 374,
      speedFrom: 'docs/performance.md',
    },
    // From a tenth of a billion weights to thirteen billion, evenly in the logarithm.
    models: Array.from({ length: models }, (_, index) => {
      const layerWeights = Math.round(1e8 * 130 ** draw());
      return {
        argument: `model ${index}`,
        name: `model ${index}`,
        sha256: '',
        layerWeights,
        headWeights: 1e8,
        weights: layerWeights + 1e8,
        bytes: 2 * layerWeights,
      };
    }),
    data: [],
    cells,
  });
}
