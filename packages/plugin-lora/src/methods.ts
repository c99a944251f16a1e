/** Trains low-rank adapters: LoRA (Hu et al., arXiv 2106.09685) and DoRA (Liu et al., arXiv 2402.09353), as PEFT 0.21 begins them. */
import type { Adapter, TrainableMatrix, TrainableModel, TrainingMethod, TrainingPlan } from '@linchpin/plugin-api';
import { z } from 'zod';
import { scaling } from './adapter-config.ts';
import { writeAdapter } from './adapter-folder.ts';
import { type AdapterNames, layDora, layLora } from './lay-adapter.ts';
import { rowSquares, smallestSquare } from './merge.ts';
import { rankTooLarge } from './errors.ts';
import { chooseTargets } from './target-modules.ts';

export interface MethodOptions {
  readonly r?: number | undefined;
  readonly alpha?: number | undefined;
  readonly targetModules?: readonly string[] | undefined;
  readonly useRslora?: boolean | undefined;
  readonly dropout?: 0 | undefined;
}

const options = {
  r: 'the rank; 32 when absent, as in the published rows of LLM-Adapters and DoRA',
  alpha: 'the products are scaled by alpha / r; twice the rank when absent',
  targetModules:
    'ends of module names, such as "q_proj"; when absent queries, keys, values, up and down, or what does their work',
  useRslora: 'whether the products are scaled by alpha / √r instead',
  dropout: '0, for there is none in training graphs',
};

const schema = z.strictObject({
  r: z.int().positive().optional(),
  alpha: z.number().positive().optional(),
  targetModules: z.array(z.string().min(1)).min(1).optional(),
  useRslora: z.boolean().optional(),
  dropout: z.literal(0, 'only 0 is possible: training graphs have no dropout').optional(),
});

/** `--method lora` */
export const loraMethod: TrainingMethod<MethodOptions> = {
  name: 'lora',
  version: 1,
  summary: 'Trains two thin matrices beside each weight matrix (LoRA).',
  options,
  schema,
  plan: (chosen, model) => plan(chosen, model, false),
};

/** `--method dora` */
export const doraMethod: TrainingMethod<MethodOptions> = {
  name: 'dora',
  version: 1,
  summary: 'Trains two thin matrices beside each weight matrix, and the lengths of its rows (DoRA).',
  options,
  schema,
  plan: (chosen, model) => plan(chosen, model, true),
};

interface Settings {
  readonly rank: number;
  readonly alpha: number;
  readonly isStabilized: boolean;
  readonly isDora: boolean;
}

async function plan(chosen: MethodOptions, model: TrainableModel, isDora: boolean): Promise<TrainingPlan> {
  const { r: rank = 32, useRslora: isStabilized = false, targetModules } = chosen;
  const alpha = chosen.alpha ?? 2 * rank;
  const { names, matrices } = chooseTargets(targetModules, model.matrices);
  for (const { module, shape } of matrices)
    if (chosen.r !== undefined && rank > Math.max(...shape)) throw rankTooLarge(rank, module, shape);
  const settings: Settings = { rank, alpha, isStabilized, isDora };
  const adapters: Adapter[] = [];
  let zeroRows = 0;
  for (const matrix of matrices) {
    const squares = isDora ? rowSquares(await model.values(matrix.name), matrix.shape[1]) : undefined;
    zeroRows += squares?.filter((square) => square < smallestSquare).length ?? 0;
    adapters.push(adapterOf(matrix, { random: (purpose) => model.random(purpose), settings, squares }));
  }
  return {
    settings: { r: rank, alpha, useRslora: isStabilized, dropout: 0, targetModules: names, modules: matrices.length },
    trained: [],
    adapters,
    remarks: remarksOn(matrices, zeroRows),
    save: async (result, folder) => {
      const { origin, model: name = null } = result;
      const tensors = adapters.flatMap((adapter) =>
        adapter.tensors.map((tensor) => ({ ...tensor, values: result.values(tensor.name) })),
      );
      const isTransposed = matrices.some((matrix) => matrix.storedTransposed === true);
      const saved = { ...settings, targets: names, isTransposed, model: name };
      await writeAdapter(folder, saved, { tensors, origin: JSON.stringify(origin) });
    },
  };
}

interface Beginning extends Pick<TrainableModel, 'random'> {
  readonly settings: Settings;
  /** Of DoRA: sums of squares of the matrix's rows. */
  readonly squares: Float32Array | undefined;
}

function adapterOf({ module, shape }: TrainableMatrix, { random, settings, squares }: Beginning): Adapter {
  const [rows, columns] = shape;
  const { rank } = settings;
  const names: AdapterNames = {
    a: `${module}.lora_A.weight`,
    b: `${module}.lora_B.weight`,
    magnitude: `${module}.lora_magnitude_vector`,
  };
  const scale = scaling(settings);
  const tensors = [
    { name: names.a, shape: [rank, columns], initial: uniform(random(names.a), rank * columns, columns) },
    { name: names.b, shape: [rows, rank], initial: new Float32Array(rows * rank) },
  ];
  if (squares === undefined) return { module, tensors, lay: (context) => layLora(context, names, scale) };
  const magnitude = { name: names.magnitude, shape: [rows], initial: squares.map(Math.sqrt) };
  return {
    module,
    tensors: [...tensors, magnitude],
    lay: (context) => layDora(context, names, { scale, squares }),
  };
}

/** Kaiming's initialisation with a = √5: even over ±1/√in. */
function uniform(random: () => number, count: number, columns: number): Float32Array {
  const bound = 1 / Math.sqrt(columns);
  return Float32Array.from({ length: count }, () => (2 * random() - 1) * bound);
}

function remarksOn(matrices: readonly TrainableMatrix[], zeroRows: number): string[] {
  const hasExperts = matrices.some(({ module }) => /\.experts\.\d+\./.test(module));
  const experts =
    'matrices of experts are adapted one by one; PEFT, for which those of a layer are one parameter, does not find them';
  const zeros = `rows of zeros among those that are adapted: ${zeroRows}; they stay so, and PEFT makes NaN of them`;
  return [...(hasExperts ? [experts] : []), ...(zeroRows > 0 ? [zeros] : [])];
}
