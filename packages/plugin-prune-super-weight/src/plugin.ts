import { type InterventionPlugin, parseSuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import { pruneSuperWeight } from './prune-super-weight.ts';

interface Options {
  readonly weights?: readonly string[] | undefined;
}

/** `--intervention prune-super-weight[:{"weights": ["2:3968:7003"]}]` */
export const plugin: InterventionPlugin<Options> = {
  name: 'prune-super-weight',
  summary: 'Sets super weights to zero.',
  options: { weights: "LAYER:ROW:COLUMN of each; the model's known super weights when absent" },
  schema: z.strictObject({ weights: z.array(z.string()).min(1).optional() }),
  create: ({ weights }, model) => pruneSuperWeight({ weights: weights?.map(parseSuperWeight) ?? model.superWeights() }),
};
