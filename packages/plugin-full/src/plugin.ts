import {
  type Intervention,
  type InterventionPlugin,
  readTrainedOrigin,
  remarkOnOrigin,
  type TrainableModel,
  type TrainingMethod,
  type TrainingPlan,
} from '@linchpin/plugin-api';
import { z } from 'zod';
import { nothingMatches } from './errors.ts';
import { hashOfTensors, readTensors, writeTensors } from './tensor-file.ts';

interface MethodOptions {
  readonly tensors?: readonly string[] | undefined;
}

/** `--method full`: every tensor that the model reads, norms and embeddings included. */
export const fullMethod: TrainingMethod<MethodOptions> = {
  name: 'full',
  version: 1,
  summary: 'Trains all weights.',
  options: { tensors: 'parts of names, such as "q_proj": only tensors with one of them are trained; all when absent' },
  schema: z.strictObject({ tensors: z.array(z.string().min(1)).min(1).optional() }),
  plan: ({ tensors }, model) => planFull(tensors, model),
};

function planFull(parts: readonly string[] | undefined, { tensors }: TrainableModel): TrainingPlan {
  const names = [...tensors.keys()].filter((name) => parts === undefined || parts.some((part) => name.includes(part)));
  if (names.length === 0) throw nothingMatches(parts ?? [], [...tensors.keys()]);
  const shapes = new Map(names.map((name) => [name, tensors.get(name)!]));
  return {
    settings: { tensors: parts ?? null },
    trained: names,
    save: (result, folder) => writeTensors(shapes, result, folder),
  };
}

interface Options {
  readonly path: string;
}

/** `--intervention 'full:{"path": "…"}'` */
export const plugin: InterventionPlugin<Options> = {
  name: 'full',
  summary: "Puts fully trained tensors in the place of the model's.",
  options: { path: 'folder that `linchpin train --method full` wrote' },
  schema: z.strictObject({ path: z.string().min(1) }),
  create: ({ path }) => full(path),
  methods: [fullMethod],
};

/** Trained tensors in the place of the model's; the folder's contents are hashed now, and read when the model is edited. */
export function full(path: string): Intervention {
  const sha256 = hashOfTensors(path);
  const origin = readTrainedOrigin(path);
  return {
    name: 'full',
    version: 1,
    settings: { path, sha256 },
    async edit(model) {
      await remarkOnOrigin(model, origin);
      await readTensors(
        path,
        (name) => model.weight(name).shape,
        (name, trained) => model.weight(name).map((values) => values.set(trained)),
      );
    },
  };
}
