import { type InterventionPlugin, parseSuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import { paperFraction, pruneOutliers } from './prune-outliers.ts';

interface Options {
  readonly fraction: number;
  readonly keep?: readonly string[] | undefined;
}

/** `--intervention prune-outliers[:{"fraction": 1e-6, "keep": ["2:3968:7003"]}]` */
export const plugin: InterventionPlugin<Options> = {
  name: 'prune-outliers',
  summary: 'Sets the largest weights of every matrix to zero, super weights kept.',
  options: {
    fraction: `share of each matrix; the paper's ${paperFraction} when absent`,
    keep: "LAYER:ROW:COLUMN of weights that stay; the model's known super weights when absent",
  },
  schema: z.strictObject({ fraction: z.number().default(paperFraction), keep: z.array(z.string()).optional() }),
  create: ({ fraction, keep }, model) =>
    pruneOutliers({ fraction, keep: keep?.map(parseSuperWeight) ?? model.superWeights() }),
};
